// The short confirmation at the foot of the page.

import { byId } from "./dom.js";

const STAY = 2600; // milliseconds
let timer = null;

/** Shows a short notice; kind is "done" or "warn". */
export function toast(text, kind = "done") {
  const node = byId("toast");
  node.textContent = text;
  node.className = `toast shown ${kind}`;
  clearTimeout(timer);
  timer = setTimeout(() => {
    node.className = "toast";
    node.textContent = "";
  }, STAY);
}
