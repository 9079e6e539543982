// Suggestions as cards.

import { el } from "./dom.js";
import { evidence } from "./evidence.js";
import { findingItems } from "./findings.js";
import { blanks, flaws, length, runs } from "./runs.js";
import { HANDOFFS, VARIABLES, percent, word } from "./words.js";

/**
 * One card. `place` counts from 1 and is its copy key; `actions` are {copy, edit}, called with
 * the suggestion and its place.
 */
export function card(suggestion, place, parts, actions) {
  const heading = `card-${place}`;
  return el("article", { class: "card", "aria-labelledby": heading },
    el("header", {},
      el("h3", { id: heading, text: suggestion.title }),
      el("code", { class: "entry", text: names(suggestion) }),
      handoff(suggestion),
      sureness(suggestion.confidence)),
    ...inside(suggestion),
    el("footer", {}, ...buttons(suggestion, place, actions), evidence(suggestion, parts)));
}

/** What to send while asking, when nothing answers. */
export function fallbackCard(suggestion, actions) {
  return el("article", { class: "card fallback", "aria-labelledby": "card-1" },
    el("header", {},
      el("h3", { id: "card-1", text: "先发这段，再去核实" }),
      el("code", { class: "entry", text: suggestion.entry_id })),
    ...inside(suggestion),
    el("footer", {}, ...buttons(suggestion, 1, actions)));
}

/** The Chinese names of what is still missing, such as 订单号. */
export function missingNames(suggestion) {
  return (suggestion.variables?.missing ?? []).map((name) => word(VARIABLES, name));
}

const names = (suggestion) =>
  (suggestion.entries?.length ? suggestion.entries : [suggestion.entry_id]).join(" + ");

const handoff = ({ handoff: to }) =>
  to ? el("span", { class: "handoff", text: `转${word(HANDOFFS, to)}` }) : null;

function sureness(confidence) {
  const grade = confidence >= 0.75 ? "high" : confidence >= 0.3 ? "middle" : "low";
  const text = percent(confidence);
  const filled = el("span");
  filled.style.width = text; // set through the object model, which the policy allows
  const bar = { "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": parseInt(text, 10) };
  return el("span", { class: `sureness ${grade}` },
    el("span", { class: "bar", role: "meter", "aria-label": "把握", ...bar }, filled),
    el("b", { text }));
}

function inside(suggestion) {
  const missing = missingNames(suggestion);
  const findings = suggestion.findings ?? [];
  return [
    el("p", { class: "text" }, ...runs(suggestion.text, marks(suggestion))),
    missing.length
      ? el("p", { class: "missing" }, "待补充：",
        ...missing.map((text) => el("span", { class: "blank", text })))
      : null,
    findings.length ? el("ol", { class: "findings" }, ...findingItems(findings)) : null,
  ];
}

/** Three shades, blanks and findings. Shades only when the three parts make up the text. */
function marks({ text, greeting, body, closing, findings = [], variables }) {
  const shades = [];
  if (greeting + body + closing === text) {
    let start = 0;
    for (const [name, part] of Object.entries({ greeting, body, closing })) {
      const end = start + length(part);
      shades.push({ start, end, class: name });
      start = end;
    }
  }
  const gaps = variables?.missing?.length ? blanks(text) : [];
  return [...shades, ...gaps, ...flaws(findings)];
}

function buttons(suggestion, place, { copy, edit }) {
  return [
    el("button", { type: "button", class: "main", on: { click: () => copy(suggestion, place) } },
      "复制", el("kbd", { text: String(place) })),
    el("button", { type: "button", on: { click: () => edit(suggestion) } }, "放进草稿"),
  ];
}
