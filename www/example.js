// The example of embedding: buttons that order, and a log of what is told.
import "./falab-experiment.js";

const log = document.getElementById("log");
const say = (text) => {
  const item = document.createElement("li");
  item.textContent = text;
  log.append(item);
  while (log.children.length > 200) log.firstChild.remove();
  log.scrollTop = log.scrollHeight;
};
const percent = (value) => (value === null ? "–" : `${value.toFixed(2)} %`);
for (const lab of document.querySelectorAll("falab-experiment")) {
  lab.addEventListener("falab-ready", () => say(`${lab.id}: ready`));
  lab.addEventListener("falab-state", ({ detail }) => say(`${lab.id}: ${detail.state}`));
  lab.addEventListener("falab-error", ({ detail }) => say(`${lab.id}: ${detail.message}`));
  lab.addEventListener("falab-metrics", ({ detail }) => {
    for (const { lane, step, train_error, test_error } of detail.records) {
      say(`${lab.id}: ${lane}, step ${step}: training ${percent(train_error)}, test ${percent(test_error)}`);
    }
  });
  lab.addEventListener("falab-finished", ({ detail }) => {
    for (const { lane, step, fingerprint } of detail.records) {
      say(`${lab.id}: ${lane} ended at step ${step}, fingerprint ${fingerprint}`);
    }
  });
}
for (const button of document.querySelectorAll("[data-order]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.for)[button.dataset.order]());
}
