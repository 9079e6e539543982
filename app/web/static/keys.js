// The desk's keys. Letters and digits alone are keys only outside text boxes.

import { copyPlace, editPlace } from "./answer.js";
import { moveCard } from "./card_focus.js";
import { byId } from "./dom.js";
import { showSearch } from "./search.js";

const isText = (node) => node.matches("textarea, select, input:not([type=checkbox])");

/** `actions` are {clear, newTalk, switchTalk(step)}. */
export function openKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const act = action(event, actions);
    if (!act) return;
    event.preventDefault();
    act();
  });
  byId("message").addEventListener("keydown", (event) => {
    const { selectionEnd, value } = event.target;
    if (event.key !== "ArrowDown" || event.altKey || event.isComposing || selectionEnd < value.length) return;
    if (moveCard(1)) event.preventDefault();
  });
}

function action(event, { clear, newTalk, switchTalk }) {
  const { key, code, altKey, target } = event;
  const digit = /^(?:Digit|Numpad)([123])$/.exec(code)?.[1];
  if (digit && (altKey || !isText(target))) return () => copyPlace(Number(digit));
  if (altKey) {
    if (code === "KeyN") return newTalk;
    if (key === "PageDown") return () => switchTalk(1);
    if (key === "PageUp") return () => switchTalk(-1);
    return code === "Slash" ? showSearch : null;
  }
  if (key === "Escape") return target === byId("draft") ? null : escape(target, clear);
  if (isText(target)) return target.dataset.variable ? inField(key, target) : null;
  if (key === "/") return showSearch;
  if (key === "?") return () => byId("keys").showModal();
  if (key === "Enter") return target.matches(".card") ? () => editPlace(placeOf(target)) : null;
  if (key === "ArrowDown") return () => moveCard(1);
  return key === "ArrowUp" ? () => moveCard(-1) || byId("message").focus() : null;
}

/** From a field of a card back to the card; from elsewhere it clears the customer's message. */
const escape = (target, clear) =>
  (target.dataset.variable ? () => target.closest(".card").focus() : clear);

/** Enter in a field goes on to the next one, or to the card, where it sends to the draft. */
function inField(key, target) {
  if (key !== "Enter") return null;
  const card = target.closest(".card");
  const fields = [...card.querySelectorAll("[data-variable]")];
  return () => (fields[fields.indexOf(target) + 1] ?? card).focus();
}

const placeOf = (card) => [...byId("cards").children].indexOf(card) + 1;
