// The conversations at hand: what is known of each, kept until the tab is closed.

const STORE = "huashu.talks";
const MOST = 60;
const RECENT = 30 * 60_000; // milliseconds after which an answered customer no longer counts

let talks = read();
let current = null;
let whenChanged = () => {};

/**
 * One conversation. `fields` are the form's values; `since` is when the customer wrote last
 * (milliseconds, null before the first message); `told` says that a plugin told of it, and
 * `answer` is what came with it, while it fits `message`.
 */
function fresh(values = {}) {
  return {
    id: newId(), told: false, title: "", message: "", fields: {}, variables: {}, draft: null,
    since: null, answered: false, answeredOnce: false, answer: null, ...values,
  };
}

/** Starts with what the tab kept. `changed` runs whenever the list has to be drawn again. */
export function openTalks(changed) {
  whenChanged = changed;
  current = talks.find((talk) => talk.current) ?? talks[0] ?? add(fresh());
}

/** The conversation that the desk shows. */
export const talkNow = () => current;

/** All conversations in the order in which they began. */
export const allTalks = () => talks;

/** How many customers are being served: those who wrote and were not answered long ago. */
export function served(now = Date.now()) {
  return talks.filter((t) => t.since !== null && (!t.answered || now - t.since < RECENT)).length;
}

/** Makes another conversation the one that the desk shows. */
export function goTo(talk) {
  current = talk;
  keepTalks();
  return talk;
}

/** A new conversation, made by hand; an empty one is taken again. */
export function newTalk(values = {}) {
  const empty = talks.find((t) => !t.told && t.since === null && !t.message && !t.draft?.text);
  if (empty) return goTo(Object.assign(empty, { fields: {}, variables: {} }, values));
  return goTo(add(fresh(values)));
}

/** The conversation before (-1) or after (1) the current one, round again. */
export function neighbour(step) {
  return talks[(talks.indexOf(current) + step + talks.length) % talks.length];
}

/** Takes a conversation off the list; the current one is replaced. */
export function endTalk(talk) {
  const at = talks.indexOf(talk);
  talks = talks.filter((t) => t !== talk);
  if (talk === current) current = talks[Math.min(at, talks.length - 1)] ?? add(fresh());
  keepTalks();
}

/** The customer's words as they stand in the box. The clock starts with a new line of them. */
export function customerWrote(text, now = Date.now()) {
  const before = lines(current.message);
  const after = lines(text);
  current.message = text;
  current.answer = null;
  if (!after) {
    current.since = current.answeredOnce ? current.since : null;
    current.answered = current.answeredOnce;
  } else if (after > before || current.answered) {
    current.since = now;
    current.answered = false;
  }
  keepTalks();
}

/** The customer has got an answer. */
export function markAnswered(talk) {
  if (talk.since === null) return;
  talk.answered = true;
  talk.answeredOnce = true;
  keepTalks();
}

/** A message that a plugin told of: it joins its conversation, or begins one. Conversations of
 * plugins that were answered long ago make room. */
export function customerSent(id, { text, at, title, fields }) {
  const old = (t) => t.told && t.answered && t !== current && Date.now() - t.since > RECENT;
  talks = talks.filter((t) => t.id === id || !old(t));
  const talk = talks.find((t) => t.id === id) ?? add(fresh({ id, told: true }));
  talk.message = talk.message && !talk.answered ? `${talk.message}\n${text}` : text;
  if (talk.answeredOnce) fields = { ...fields, later: true };
  Object.assign(talk, { title, since: at, answered: false, answer: null });
  talk.fields = { ...talk.fields, ...fields };
  keepTalks();
  return talk;
}

/** The conversation with this id, if it is at hand. */
export const talkWith = (id) => talks.find((talk) => talk.id === id);

/** Keeps everything for a reload and has the list drawn. */
export function keepTalks() {
  try {
    const kept = talks.slice(-MOST).map((talk) => ({ ...talk, current: talk === current }));
    sessionStorage.setItem(STORE, JSON.stringify(kept));
  } catch {
    // Storage is switched off or full: the list just ends with the page.
  }
  whenChanged();
}

function add(talk) {
  talks.push(talk);
  return talk;
}

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORE)) ?? [];
    return kept.map((talk) => fresh(talk));
  } catch {
    return [];
  }
}

const lines = (text) => text.split("\n").filter((line) => line.trim()).length;

/** crypto.randomUUID is missing on plain http, so the random numbers are taken directly. */
function newId() {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return Array.from(numbers, (n) => n.toString(16).padStart(8, "0")).join("");
}
