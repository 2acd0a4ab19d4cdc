// Starts the page's WebAssembly; says so in the page where that is impossible.
const text = document.getElementById("loading-text");
const fail = (message) => {
  document.querySelector("main").dataset.state = "failed";
  document.getElementById("loading-bar").hidden = true;
  text.textContent = message;
};
try {
  const { default: init } = await import("../page.js");
  await init();
} catch (error) {
  fail(typeof WebAssembly === "object"
    ? `The lab could not start: ${error}. Reload the page to try again.`
    : "The lab needs WebAssembly, which this browser does not offer.");
}
