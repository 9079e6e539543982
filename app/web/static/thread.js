// What the customer wrote, message by message, each with what was decided for its asks.

import { el } from "./dom.js";
import { percent } from "./words.js";

/**
 * The messages as a list, or null for a single one with a single ask. `lines` are the messages,
 * `parts` the answer's, one for each ask; an ask may be a piece of a message or several together.
 */
export function thread(lines, parts) {
  if (lines.length < 2 && parts.length < 2) return null;
  const left = [...parts];
  const items = lines.map((line) => {
    const own = left.filter(({ message }) => bare(line).includes(bare(message)));
    for (const part of own) left.splice(left.indexOf(part), 1);
    return el("li", {}, el("q", { text: line }), ...(own.length ? own.map(badge(line)) : [none()]));
  });
  // Asks that are several messages together stand below them.
  items.push(...left.map((part) => el("li", {}, badge("")(part))));
  return el("ol", { class: "thread", "aria-label": "客户的消息，逐条判定" }, ...items);
}

// Pieces that belong together come back joined by a blank, without the signs between them.
const bare = (text) => text.replace(/[\s\p{P}\p{S}]+/gu, "") || text;

const badge = (line) => ({ message, decision, confidence, entry_id: entry }) =>
  el("span", { class: `part ${decision}` },
    bare(message) === bare(line) ? null : el("q", { text: message }),
    decision === "none" ? "没有把握" : `${decision === "choose" ? "待选 " : ""}${percent(confidence)}`,
    decision === "none" || !entry ? null : el("code", { text: entry }));

const none = () => el("span", { class: "courtesy", text: "不用单独回答" });
