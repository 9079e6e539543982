// Suggestions as cards.

import { canFill, inBookOrder, variableExample, variableTitle } from "./book.js";
import { el } from "./dom.js";
import { evidence, why } from "./evidence.js";
import { findingItems } from "./findings.js";
import { blanks, flaws, length, runs } from "./runs.js";
import { HANDOFFS, percent, word } from "./words.js";

/**
 * One card. `place` counts from 1 and is its copy key; `actions` are {copy, edit, reject, fill,
 * typed}: the first three are called with the suggestion and its place, `fill` with a variable's
 * name and value, and `typed` are the values that the agent has given.
 */
export function card(suggestion, place, parts, actions) {
  const heading = `card-${place}`;
  return article(suggestion, "card", heading,
    el("header", {},
      el("h3", { id: heading, text: suggestion.title }),
      el("code", { class: "entry", text: names(suggestion) }),
      handoff(suggestion),
      sureness(suggestion.confidence)),
    ...inside(suggestion, actions, why(suggestion, parts)),
    el("footer", {}, ...buttons(suggestion, place, actions),
      button("不合适", "quiet", "reject", () => actions.reject(suggestion, place)),
      evidence(suggestion, parts)));
}

/** What to send while asking, when nothing answers. */
export function fallbackCard(suggestion, actions) {
  return article(suggestion, "card fallback", "card-1",
    el("header", {},
      el("h3", { id: "card-1", text: "先发这段，再去核实" }),
      el("code", { class: "entry", text: suggestion.entry_id })),
    ...inside(suggestion, actions, null),
    el("footer", {}, ...buttons(suggestion, 1, actions)));
}

/** The Chinese names of what is still missing, such as 订单号. */
export const missingNames = (suggestion) =>
  (suggestion.variables?.missing ?? []).map(variableTitle);

const article = (suggestion, kind, heading, ...children) =>
  el("article", {
    class: kind, tabindex: 0, "data-entries": names(suggestion), "aria-labelledby": heading,
    "aria-keyshortcuts": "Enter",
  }, ...children);

const names = (suggestion) =>
  (suggestion.entries?.length ? suggestion.entries : [suggestion.entry_id]).join(" + ");

const handoff = ({ handoff: to }) =>
  to ? el("span", { class: "handoff", text: `转${word(HANDOFFS, to)}` }) : null;

function sureness(confidence) {
  const grade = confidence >= 0.8 ? "high" : confidence >= 0.3 ? "middle" : "low";
  const text = percent(confidence);
  const filled = el("span");
  filled.style.width = text; // set through the object model, which the policy allows
  const bar = { "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": parseInt(text, 10) };
  return el("span", { class: `sureness ${grade}` },
    el("span", { class: "bar", role: "meter", "aria-label": "把握", ...bar }, filled),
    el("b", { text }));
}

function inside(suggestion, actions, reason) {
  const findings = suggestion.findings ?? [];
  return [
    el("p", { class: "text" }, ...runs(suggestion.text, marks(suggestion))),
    reason,
    ...missing(suggestion, actions),
    findings.length ? el("ol", { class: "findings" }, ...findingItems(findings)) : null,
  ];
}

/** Fields for what an agent can fill in, also when it is filled; names of what only others can. */
function missing({ variables }, { typed, fill }) {
  const { missing: open = [], filled = [] } = variables ?? {};
  const fields = inBookOrder([...open.filter(canFill), ...filled.filter((n) => n in typed)]);
  const others = open.filter((name) => !canFill(name));
  return [
    fields.length
      ? el("div", { class: "fill", role: "group", "aria-label": "填写" },
        ...fields.map((name) => field(name, typed[name] ?? "", open.includes(name), fill)))
      : null,
    others.length
      ? el("p", { class: "missing" }, "店铺信息缺少：",
        ...others.map((name) => el("span", { class: "blank", text: variableTitle(name) })))
      : null,
  ];
}

function field(name, value, open, fill) {
  const input = el("input", {
    type: "text", "data-variable": name, maxlength: 200, autocomplete: "off",
    placeholder: variableExample(name) || "待填", value,
    on: { input: (event) => event.isComposing || fill(name, event.target.value),
      compositionend: (event) => fill(name, event.target.value) },
  });
  return el("label", { class: open ? "open" : null }, el("span", { text: variableTitle(name) }), input);
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
    button("复制", "main", "copy", () => copy(suggestion, place), String(place)),
    button("放进草稿", null, "edit", () => edit(suggestion)),
  ];
}

const button = (text, kind, action, click, key) =>
  el("button", { type: "button", class: kind, "data-action": action, on: { click } },
    text, key ? el("kbd", { text: key }) : null);
