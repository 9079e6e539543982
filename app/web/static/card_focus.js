// Moving between cards by keyboard, and staying where one is while they are drawn anew.

import { byId } from "./dom.js";

const cards = () => [...byId("cards").querySelectorAll(".card")];

/** Goes to the card `step` further on than the one with the keyboard; false past the ends. */
export function moveCard(step) {
  const all = cards();
  const at = all.indexOf(document.activeElement.closest(".card"));
  const next = at < 0 ? all.at(step > 0 ? 0 : -1) : all[at + step];
  next?.focus();
  return Boolean(next);
}

/** Draws with `draw()`; the keyboard, a field's caret and opened proofs stay with their entry. */
export function keepingPlace(draw) {
  const at = document.activeElement.closest?.("#cards") ? place(document.activeElement) : null;
  const opened = cards().filter((card) => card.querySelector("details[open]")).map(entries);
  draw();
  for (const card of cards()) {
    const details = card.querySelector("details");
    if (details && opened.includes(entries(card))) details.open = true;
  }
  if (at) restore(at);
}

function place(node) {
  const { variable, action } = node.dataset;
  return {
    card: cards().indexOf(node.closest(".card")),
    entries: entries(node.closest(".card")),
    within: variable ? `[data-variable="${CSS.escape(variable)}"]`
      : action ? `[data-action="${action}"]` : node.matches("summary") ? "summary" : null,
    caret: variable ? [node.selectionStart, node.selectionEnd] : null,
  };
}

function restore({ card: number, entries: wanted, within, caret }) {
  const all = cards();
  const card = all.find((c) => entries(c) === wanted) ?? all[number] ?? all.at(-1);
  const node = (within && card?.querySelector(within)) || card;
  node?.focus({ preventScroll: true });
  if (caret && node?.setSelectionRange) node.setSelectionRange(...caret);
}

const entries = (card) => card?.dataset.entries ?? "";
