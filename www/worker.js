// A lane's worker: takes the page's compiled module, so that the code is fetched and compiled once.
import init from "../page.js";
self.onmessage = async (event) => {
  self.onmessage = null;
  await init({ module_or_path: event.data });
};
