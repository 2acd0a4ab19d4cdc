// Starts the page's WebAssembly; says so in the page where that is impossible.
const text = document.getElementById("loading-text");
const fail = (message) => {
  document.querySelector("main").dataset.state = "failed";
  document.getElementById("loading-bar").hidden = true;
  text.textContent = message;
  document.getElementById("finished-run").hidden = false;
};
try {
  const { default: init } = await import("../page.js");
  // The code is packed; it is compiled while it arrives.
  const packed = await fetch("./page.bin");
  if (!packed.ok) throw new Error(`page.bin: the server answered ${packed.status}`);
  const wasm = packed.body.pipeThrough(new DecompressionStream("gzip"));
  const headers = { "Content-Type": "application/wasm" };
  await init({ module_or_path: await WebAssembly.compileStreaming(new Response(wasm, { headers })) });
} catch (error) {
  fail(typeof WebAssembly === "object"
    ? `The lab could not start: ${error}. Reload the page to try again.`
    : "The lab needs WebAssembly, which this browser does not offer.");
}
