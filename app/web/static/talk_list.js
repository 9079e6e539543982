// The list of the conversations at hand, with the time since each customer wrote.

import { limitFor } from "./book.js";
import { byId, el } from "./dom.js";
import { allTalks, served, talkNow } from "./talks.js";
import { lasted, word } from "./words.js";

const STATES = { calm: "", soon: "快到时限", late: "已超时", answered: "已回复", empty: "" };
const SOON = 0.5; // share of the limit from which it is time

let actions = {};
const late = new Set(); // ids that were said to be late

/** `given` are {open, end}, called with a conversation. Times are drawn every second. */
export function openTalkList(given) {
  actions = given;
  drawTalks();
  setInterval(drawTimes, 1000);
}

/** Draws the list; where the keyboard was in it, it stays. */
export function drawTalks() {
  const had = document.activeElement?.closest?.("#talks li")?.dataset.id;
  const talks = allTalks();
  byId("talks").replaceChildren(...talks.map(item));
  byId("talks").hidden = talks.length < 2 && talkNow().since === null;
  byId("talks-count").textContent = served() ? String(served()) : "";
  if (had) byId("talks").querySelector(`[data-id="${CSS.escape(had)}"] .open`)?.focus();
  drawTimes();
}

function item(talk) {
  const name = nameOf(talk);
  return el("li", { "data-id": talk.id, class: talk === talkNow() ? "now" : null },
    el("button", {
      type: "button", class: "open", "aria-current": talk === talkNow() ? "true" : null,
      on: { click: () => actions.open(talk) },
    },
    el("span", { class: "name", text: name }),
    el("span", { class: "said", text: lastLine(talk.message) || "还没有消息" }),
    el("span", { class: "time" })),
    el("button", {
      type: "button", class: "quiet end", "aria-label": `结束与${name}的会话`, title: "结束会话",
      text: "×", on: { click: () => actions.end(talk) },
    }));
}

/** What a conversation is called on the page. */
export function nameOf(talk) {
  const own = talk.fields.customerName || talk.title;
  return own || `客户 ${allTalks().indexOf(talk) + 1}`;
}

function drawTimes(now = Date.now()) {
  const customers = served(now);
  for (const talk of allTalks()) {
    const row = byId("talks").querySelector(`[data-id="${CSS.escape(talk.id)}"]`);
    if (!row) continue;
    const { state, text } = clock(talk, customers, now);
    row.dataset.state = state;
    row.querySelector(".time").textContent = text;
    sayLate(talk, state);
  }
}

function clock(talk, customers, now) {
  if (talk.since === null) return { state: "empty", text: "" };
  if (talk.answered) return { state: "answered", text: STATES.answered };
  const limit = limitFor(customers, !talk.answeredOnce);
  const seconds = Math.max(0, (now - talk.since) / 1000);
  const state = limit === null ? "calm"
    : seconds > limit ? "late" : seconds >= SOON * limit ? "soon" : "calm";
  const told = limit === null ? lasted(seconds) : `${lasted(seconds)} / ${lasted(limit)}`;
  return { state, text: [told, word(STATES, state)].filter(Boolean).join(" ") };
}

/** Said once for each time that a customer waits too long. */
function sayLate(talk, state) {
  if (state !== "late") late.delete(talk.id);
  else if (!late.has(talk.id)) {
    late.add(talk.id);
    byId("talks-spoken").textContent = `${nameOf(talk)}等候已超时`;
  }
}

const lastLine = (text) => text.split("\n").filter((line) => line.trim()).at(-1)?.trim() ?? "";
