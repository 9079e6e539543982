// The answer on the page: verdict, circumstances, thread and cards. Holds what is shown now.

import { keepingPlace } from "./card_focus.js";
import { card, fallbackCard, missingNames } from "./cards.js";
import { copy } from "./clipboard.js";
import { typedVariables } from "./context.js";
import { byId, el, show } from "./dom.js";
import { editSuggestion } from "./draft.js";
import { report } from "./feedback.js";
import { thread } from "./thread.js";
import { toast } from "./toast.js";
import { DECISIONS, MOODS, span, word } from "./words.js";

const SETTLED = 1_200; // milliseconds that cards must stay before they count as displayed

let shown = { id: "", replies: [] };
let displayed = null; // timer
let given = { fill: () => {}, sent: () => {} };

/** `hooks` are {fill(name, value), sent()}: a value was typed; a reply was copied. */
export function openAnswer(hooks) {
  given = hooks;
}

/** Draws an answer of the service to these messages. */
export function drawAnswer(answer, lines) {
  const { id, decision, suggestions, fallback, parts = [] } = answer;
  clearTimeout(displayed);
  shown = { id, replies: suggestions.length ? suggestions : [fallback].filter(Boolean) };
  byId("verdict").textContent = verdict(decision, suggestions.length);
  byId("verdict").dataset.decision = decision;
  keepingPlace(() => byId("cards").replaceChildren(...drawn(answer)));
  byId("facts").replaceChildren(...circumstances(answer));
  byId("facts").hidden = false;
  byId("thread").replaceChildren(...[thread(lines, parts)].filter(Boolean));
  byId("start").hidden = true;
  displayed = setTimeout(() => reportDisplayed(id, suggestions), SETTLED);
}

function drawn({ id, suggestions, fallback, parts = [] }) {
  const edit = (suggestion) => editSuggestion(id, suggestion);
  const actions = { copy: copyReply, edit, reject, fill: given.fill, typed: typedVariables() };
  if (!suggestions.length) return fallback ? [fallbackCard(fallback, actions)] : [];
  return suggestions.map((suggestion, i) => card(suggestion, i + 1, parts, actions));
}

/** Takes everything away; `start` brings back the opening words. */
export function clearAnswer(start = true) {
  clearTimeout(displayed);
  shown = { id: "", replies: [] };
  byId("cards").replaceChildren();
  byId("thread").replaceChildren();
  byId("verdict").textContent = "";
  delete byId("verdict").dataset.decision;
  byId("facts").hidden = true;
  byId("start").hidden = !start;
  show(byId("problem"), "");
}

/** A new question is being asked: what is shown now has not stayed, and is not reported. */
export const outdate = () => clearTimeout(displayed);

/** The id of the answer that is shown, or "". */
export const answerId = () => shown.id;

/** Copies the reply with this key (1 to 3), if there is one. */
export function copyPlace(place) {
  const suggestion = shown.replies[place - 1];
  if (suggestion) copyReply(suggestion, place);
}

/** Puts the reply of a card into the draft. */
export function editPlace(place) {
  const suggestion = shown.replies[place - 1];
  if (suggestion) editSuggestion(shown.id, suggestion);
}

async function copyReply(suggestion, place) {
  const { id } = shown;
  if (byId("cards").getAttribute("aria-busy") === "true") {
    return toast("消息刚改过，新的建议马上就到", "warn");
  }
  if (!(await copy(suggestion.text))) {
    return toast("浏览器不允许复制，请手动选中复制", "warn");
  }
  const missing = missingNames(suggestion);
  if (missing.length) toast(`已复制第 ${place} 条，发送前请补充：${missing.join("、")}`, "warn");
  else toast(`已复制第 ${place} 条`);
  report(id, suggestion.entry_id, "sent", suggestion.text);
  given.sent();
}

function reject(suggestion, place) {
  report(shown.id, suggestion.entry_id, "rejected");
  toast(`已记下：第 ${place} 条不合适`);
}

function reportDisplayed(id, suggestions) {
  for (const suggestion of suggestions) report(id, suggestion.entry_id, "displayed");
}

function verdict(decision, count) {
  const words = word(DECISIONS, decision);
  return decision === "choose" ? `${words}（${count} 条）` : words;
}

function circumstances({ mood, deadline, case: open, took_ms: took }) {
  const facts = [];
  if (Object.hasOwn(MOODS, mood)) facts.push(el("span", { class: "mood", text: MOODS[mood] }));
  if (deadline) facts.push(el("span", { text: `${span(deadline.seconds)}内回复` }));
  if (open) facts.push(el("span", { class: "mood", text: `个案 ${open.number}` }));
  if (typeof took === "number") facts.push(el("span", { class: "took", text: `用时 ${took.toFixed(1)} 毫秒` }));
  return facts;
}
