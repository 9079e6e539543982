// A draft before and after its rewrite, with what changes marked in both.

import { byId, el } from "./dom.js";
import { length, runs } from "./runs.js";

/** Draws both texts and the reasons; `edits` are the service's, in the order of the draft. */
export function drawRewritten(draft, { rewritten, edits }) {
  const { before, after } = places(edits);
  byId("draft-before").replaceChildren(...runs(draft, before));
  byId("rewritten-text").replaceChildren(...runs(rewritten, after));
  byId("rewritten-edits").replaceChildren(...edits.map(reason));
}

/** Where each edit stands in the draft and in the rewritten text, in code points. */
function places(edits) {
  let moved = 0;
  const before = [];
  const after = [];
  for (const { start, end, replacement } of [...edits].sort((a, b) => a.start - b.start)) {
    const size = length(replacement);
    before.push({ start, end, class: "gone" });
    after.push({ start: start + moved, end: start + moved + size, class: "new" });
    moved += size - (end - start);
  }
  return { before, after };
}

const reason = ({ text, replacement, message }) =>
  el("li", {},
    el("del", { text }), " → ", el("ins", { text: replacement || "（删去）" }),
    el("span", { class: "why", text: message }));
