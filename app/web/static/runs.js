// Text with marked stretches. Offsets are code points, as the service counts them.

import { el } from "./dom.js";

/**
 * Spans for `text`, cut wherever a mark starts or ends; each carries the classes of its marks.
 * marks: [{start, end, class}]; they may overlap and may reach beyond the text.
 */
export function runs(text, marks) {
  const points = Array.from(text);
  const edges = new Set([0, points.length]);
  for (const mark of marks) {
    edges.add(clamp(mark.start, points.length));
    edges.add(clamp(mark.end, points.length));
  }
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, i) => {
    const end = cuts[i + 1];
    const classes = marks.filter((m) => m.start <= start && end <= m.end).map((m) => m.class);
    const piece = points.slice(start, end).join("");
    return el("span", { class: [...new Set(classes)].join(" ") || null, text: piece });
  });
}

/** A place that a person still has to fill in, such as 【订单号】. */
export const BLANK = /【[^【】]{1,40}】/gu;

/** Marks for the places that a person still has to fill in. */
export function blanks(text) {
  const found = [];
  for (const match of text.matchAll(BLANK)) {
    const start = length(text.slice(0, match.index));
    found.push({ start, end: start + length(match[0]), class: "blank" });
  }
  return found;
}

/** Marks for findings, by severity. */
export const flaws = (findings) =>
  findings.map(({ start, end, severity }) => ({ start, end, class: `flaw ${severity}` }));

/** How many code points a text has. */
export const length = (text) => Array.from(text).length;

const clamp = (offset, most) => Math.max(0, Math.min(offset, most));
