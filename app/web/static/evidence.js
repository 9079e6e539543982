// Why a suggestion was made: the ask that matched, the shared wording, guards, scores, source.

import { el } from "./dom.js";
import { runs } from "./runs.js";
import { SCORES, word } from "./words.js";

/** One line: the customer's words with those that match, and the ask that they match. */
export function why(suggestion, parts) {
  const { ask } = suggestion.proof;
  if (!ask) return null;
  return el("p", { class: "why" },
    el("q", {}, ...matched(suggestion, parts)), " 匹配 ", el("q", { text: ask }));
}

/** A <details> with the proof. `parts` are the answer's parts, one for each ask. */
export function evidence(suggestion, parts) {
  const { proof, source } = suggestion;
  return el("details", { class: "evidence" },
    el("summary", { text: "依据" }),
    el("dl", {},
      ...row("匹配问法", proof.ask || "（固定回复，没有匹配）"),
      ...row("客户原话", el("span", { class: "said" }, ...matched(suggestion, parts))),
      ...(proof.read_as ? row("按此理解", proof.read_as) : []),
      ...(proof.synonyms?.length ? row("同义词", synonyms(proof.synonyms)) : []),
      ...row("防误答", guards(proof.guards ?? [])),
      ...row("分数", scores(proof.scores ?? {})),
      ...row("出处", source || "未注明")));
}

function matched(suggestion, parts) {
  const spans = suggestion.proof.spans ?? [];
  const marks = spans.map(([start, end]) => ({ start, end, class: "matched" }));
  return runs(said(suggestion, parts), marks);
}

function row(name, value) {
  return [el("dt", { text: name }), el("dd", {}, value)];
}

const synonyms = (pairs) => pairs.map(([said, standard]) => `${said}＝${standard}`).join("，");

const guards = (notes) =>
  notes.length ? el("ul", {}, ...notes.map((text) => el("li", { text }))) : "没有触发";

const scores = (found) =>
  el("span", { class: "scores" }, ...Object.entries(found).map(([name, value]) =>
    el("span", {}, `${word(SCORES, name)} `, el("b", { text: Number(value).toFixed(2) }))));

/** The message that the proof's spans are offsets of: the part whose wording the ask shares. */
function said(suggestion, parts) {
  const own = parts.find((part) => part.entry_id === suggestion.entry_id);
  if (own || parts.length < 2) return (own ?? parts[0])?.message ?? "";
  const { ask, spans } = suggestion.proof;
  const shares = ({ message }) => {
    const points = Array.from(message);
    return spans.every(([start, end]) => ask.includes(points.slice(start, end).join("")));
  };
  return (parts.find(shares) ?? parts[0]).message;
}
