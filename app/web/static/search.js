// Searching the book from the desk: `/` opens the box, the arrows choose, Enter puts the entry's
// reply into the draft.

import { answerId } from "./answer.js";
import { Away, get, post } from "./api.js";
import { conversationFields, shopNow } from "./context.js";
import { byId, el, show } from "./dom.js";
import { editSuggestion } from "./draft.js";
import { Latest } from "./latest.js";
import { noteService } from "./service.js";
import { talkNow } from "./talks.js";

const PAUSE = 150; // milliseconds
const MOST = 12;
const looking = new Latest(look, PAUSE);

/** Connects the search box. */
export function openSearch() {
  byId("search-words").addEventListener("input", (event) => event.isComposing || again());
  byId("search-words").addEventListener("compositionend", again);
  byId("search").addEventListener("keydown", onKey);
  byId("search-open").addEventListener("click", showSearch);
  byId("search-close").addEventListener("click", () => byId("search").close());
}

/** Opens the box, with what was searched before. */
export function showSearch() {
  if (byId("search").open) return;
  byId("search").showModal();
  byId("search-words").select();
  if (!byId("search-found").children.length) looking.now();
}

/** Puts the reply of an entry into the draft, whatever the customer asked. */
export async function useEntry(id) {
  const { shop, platform, stage, order, turn, variables } = conversationFields();
  const body = { message: talkNow().message, shop, platform, stage, order, turn, variables };
  try {
    const made = await post(`v1/entries/${encodeURIComponent(id)}/reply`, body);
    byId("search").close();
    editSuggestion(answerId(), made);
  } catch (error) {
    fail(error);
  }
}

function again() {
  show(byId("search-problem"), "");
  looking.soon();
}

async function look(signal) {
  const fields = { q: byId("search-words").value.trim().slice(0, 100), similar: true, limit: MOST };
  if (shopNow()) fields.shop = shopNow();
  try {
    const { total, entries } = await get("v1/entries", fields, signal);
    if (signal.aborted) return;
    byId("search-found").replaceChildren(...entries.map(item));
    byId("search-count").textContent = total ? `${total} 条` : "没有这样的条目";
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

function fail(error) {
  show(byId("search-problem"), error.message);
  if (error instanceof Away) noteService(false);
}

const item = ({ id, title, asks }) =>
  el("li", {}, el("button", { type: "button", on: { click: () => useEntry(id) } },
    el("b", { text: title }), el("code", { text: id }),
    asks.length ? el("span", { text: asks[0] }) : null));

function onKey(event) {
  if (event.isComposing) return;
  event.stopPropagation(); // the desk's own keys rest while the box is open
  const all = [...byId("search-found").querySelectorAll("button")];
  const at = all.indexOf(document.activeElement);
  if (event.key === "ArrowDown") all[Math.min(at + 1, all.length - 1)]?.focus();
  else if (event.key === "ArrowUp") (at > 0 ? all[at - 1] : byId("search-words")).focus();
  else if (event.key === "Enter" && event.target === byId("search-words")) all[0]?.click();
  else return;
  event.preventDefault();
}
