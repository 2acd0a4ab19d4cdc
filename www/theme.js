// Light or dark as the reader chose. A plain script in the head, because it must be done before the first paint, and on
// its own, so that the choice can be made where the lab itself cannot start.
(() => {
  const KEPT = "falab-theme";
  const root = document.documentElement;
  // Storage may be forbidden; a choice then lasts as long as the page.
  const stored = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
  const keep = (choice) => { try { choice ? localStorage.setItem(KEPT, choice) : localStorage.removeItem(KEPT); } catch {} };
  let chosen;
  const show = () => {
    if (chosen) root.dataset.theme = chosen;
    else delete root.dataset.theme;
    // What has a media query of its own follows the choice too.
    for (const element of document.querySelectorAll("[data-scheme]")) {
      const scheme = element.dataset.scheme;
      const media = chosen ? (chosen === scheme ? "all" : "not all") : `(prefers-color-scheme: ${scheme})`;
      element.setAttribute("media", media);
    }
    for (const radio of document.querySelectorAll("[name=theme]")) radio.checked = radio.value === (chosen ?? "system");
    dispatchEvent(new Event("theme"));
  };
  const choose = (choice) => {
    chosen = ["light", "dark"].includes(choice) ? choice : undefined;
    show();
  };
  document.addEventListener("change", ({ target }) => {
    if (target.name !== "theme") return;
    choose(target.value);
    keep(chosen);
  });
  // Another tab of the page chose, or its storage was cleared.
  addEventListener("storage", ({ key }) => { if (key === KEPT || key === null) choose(stored()); });
  document.addEventListener("DOMContentLoaded", show);
  choose(stored());
})();
