// Conversations that plugins tell of, as the service sends them on. Where it has no such route,
// the page does not name one, and everything is done by hand.
//
// At first the service repeats what it remembers, so that nothing is lost while another page is
// open; what was heard before is passed over by its time.

import { listen } from "./api.js";
import { byId } from "./dom.js";
import { customerSent, keepTalks, markAnswered, talkNow, talkWith } from "./talks.js";

const STORE = "huashu.heard";

let source = null;
let whenChanged = () => {};
let heard = read(); // the last message: {at, key}

/** Starts listening. `changed` runs with a conversation whose message or answer is new. */
export function openEvents(changed) {
  whenChanged = changed;
  const path = byId("main").dataset.events;
  if (path) source = listen(path, { message, suggestions, answered });
}

/** Listens again where the browser has given up. */
export function listenAgain() {
  if (source?.readyState === EventSource.CLOSED) openEvents(whenChanged);
}

function message({ conversation_id: id, message: text, received_at: at, customer_name: name, ...more }) {
  const key = `${id}\n${text}`;
  if (at < heard.at || (at === heard.at && key === heard.key)) return; // ISO 8601 in UTC
  heard = { at, key };
  keep();
  const fields = { shop: more.shop ?? "", platform: more.platform ?? "" };
  if (name) fields.customerName = name;
  whenChanged(customerSent(id, {
    text, at: Math.min(Date.parse(at), Date.now()), title: name ?? "", fields,
  }));
}

function suggestions({ conversation_id: id, answer }) {
  const talk = talkWith(id);
  if (!talk || talk.answered) return;
  talk.answer = answer;
  keepTalks();
  if (talk === talkNow()) whenChanged(talk);
}

/** An answer from before the customer's last message, when it is repeated, stops no clock. */
function answered({ conversation_id: id, at }) {
  const talk = talkWith(id);
  if (talk && !(Date.parse(at) < talk.since)) markAnswered(talk);
}

function keep() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(heard));
  } catch {
    // Storage is switched off: the list of conversations ends with the page, too.
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? { at: "", key: "" };
  } catch {
    return { at: "", key: "" };
  }
}
