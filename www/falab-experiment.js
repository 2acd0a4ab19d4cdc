// <falab-experiment link="v=1&hidden=3x50&lr=1e-4" height="500" run></falab-experiment>: the lab in a frame, with methods
// and events in place of messages. No dependencies; docs/embedding.md says what it needs.
const lab = new URL("../", import.meta.url);

export class FalabExperiment extends HTMLElement {
  static observedAttributes = ["link", "height"];
  #frame;
  #hear = ({ source, origin, data }) => {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== lab.origin) return;
    if (data?.falab !== 1 || typeof data.type !== "string") return;
    const { falab, type, ...detail } = data;
    this.dispatchEvent(new CustomEvent(`falab-${type}`, { detail, bubbles: true }));
  };

  connectedCallback() {
    this.#frame ??= document.createElement("iframe");
    this.#frame.title = this.title || "falab: networks that learn";
    this.#frame.width = "100%";
    this.#frame.height = this.getAttribute("height") ?? "500";
    this.#frame.style.border = "0";
    this.#show();
    addEventListener("message", this.#hear);
    this.append(this.#frame);
  }

  disconnectedCallback() {
    removeEventListener("message", this.#hear);
  }

  attributeChangedCallback(name) {
    if (!this.#frame) return;
    if (name === "link") this.#show();
    else this.#frame.height = this.getAttribute("height") ?? "500";
  }

  run() { this.#order("run"); }
  pause() { this.#order("pause"); }
  step() { this.#order("step"); }
  reset() { this.#order("reset"); }
  getState() { this.#order("get-state"); }
  open(link) { this.#order("open", { link }); }

  #show() {
    const link = (this.getAttribute("link") ?? "v=1").replace(/^.*#/, "");
    const run = this.hasAttribute("run") ? "&run=1" : "";
    // A page without an origin of its own (a file, a sandbox) cannot be named.
    const origin = location.origin === "null" ? "" : `&origin=${location.origin}`;
    const address = new URL("./", lab);
    address.hash = `${link}&embed=1${run}${origin}`;
    this.#frame.src = address.href;
  }

  #order(type, fields = {}) {
    this.#frame?.contentWindow?.postMessage({ falab: 1, type, ...fields }, lab.origin);
  }
}
customElements.define("falab-experiment", FalabExperiment);
