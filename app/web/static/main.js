// The desk: connects the message box, the conversations, the context form, keys and cards.

import { clearAnswer, drawAnswer, openAnswer, outdate } from "./answer.js";
import { Away, post } from "./api.js";
import { loadBook } from "./book.js";
import {
  conversationFields, conversationGoesOn, nextFields, openContext, setVariable, shopNow, showFields,
} from "./context.js";
import { byId, show } from "./dom.js";
import { draftState, openDraft, recheck, showDraft } from "./draft.js";
import { listenAgain, openEvents } from "./events.js";
import { openKeys } from "./keys.js";
import { Latest } from "./latest.js";
import { openSearch, useEntry } from "./search.js";
import { noteService, watchService } from "./service.js";
import { openShops } from "./shops.js";
import { drawTalks, openTalkList } from "./talk_list.js";
import {
  customerWrote, endTalk, goTo, keepTalks, markAnswered, neighbour, newTalk, openTalks, talkNow,
} from "./talks.js";

const PAUSE = 250; // milliseconds without a keystroke before asking
const SLOW = 900; // milliseconds after which the page says that it waits
const LIMIT = 3;
const MOST = 50; // messages that the service takes at once
const message = byId("message");
const asking = new Latest(ask, PAUSE);
let waiting = null; // timer

const lines = () =>
  message.value.split("\n").map((line) => line.trim()).filter(Boolean).slice(-MOST);

async function ask(signal) {
  const said = lines();
  const question = said.length > 1 ? { messages: said } : { message: said[0] };
  try {
    const body = { ...question, ...conversationFields(), limit: LIMIT, preview: true };
    const answer = await post("v1/suggestions", body, signal);
    if (signal.aborted) return;
    noteService(true);
    show(byId("problem"), "");
    drawAnswer(answer, said);
  } catch (error) {
    if (signal.aborted) return;
    clearAnswer(false);
    show(byId("problem"), error.message);
    if (error instanceof Away) noteService(false);
  }
  busy(false);
}

function busy(is) {
  byId("cards").setAttribute("aria-busy", String(is));
  clearTimeout(waiting);
  show(byId("waiting"), "");
  if (is) waiting = setTimeout(() => show(byId("waiting"), "网络较慢，正在查询……"), SLOW);
}

/** Asks for what the box holds: at once, or after a pause in typing. */
function refresh(at) {
  if (!lines().length) {
    asking.cancel();
    busy(false);
    return clearAnswer();
  }
  busy(true);
  outdate();
  if (at === "once") asking.now();
  else asking.soon();
}

function wrote() {
  if (talkNow().answeredOnce && message.value.trim()) conversationGoesOn();
  customerWrote(message.value);
  refresh();
}

function clear() {
  message.value = "";
  wrote();
  message.focus();
}

/** Keeps the draft of the conversation that is left. */
function leave() {
  talkNow().draft = draftState();
}

/** Shows the current conversation. A plugin's suggestions are drawn without asking again. */
function showTalk() {
  const talk = talkNow();
  message.value = talk.message;
  showFields(talk);
  showDraft(talk.draft);
  loadBook(shopNow()).then(drawTalks);
  asking.cancel();
  if (talk.answer) {
    busy(false);
    drawAnswer(talk.answer, lines());
  } else {
    clearAnswer();
    refresh(talk.told ? "soon" : "once"); // a plugin's suggestions are on their way
  }
}

function open(talk) {
  leave();
  goTo(talk);
  showTalk();
  message.focus();
}

function begin(values = {}) {
  const fields = nextFields();
  leave();
  newTalk({ fields, ...values });
  showTalk();
  message.focus();
}

function end(talk) {
  const shown = talk === talkNow();
  endTalk(talk);
  if (shown) showTalk();
  message.focus();
}

function answered() {
  const talk = talkNow();
  markAnswered(talk);
  if (!talk.told) return;
  // Others who see this conversation learn it; when that fails they just do not.
  const shop = talk.fields.shop ? `?shop=${encodeURIComponent(talk.fields.shop)}` : "";
  post(`v1/incoming/${encodeURIComponent(talk.id)}/answered${shop}`, {}).catch(() => {});
}

/** Pages lead here with a message to try (#ask=…) or an entry to use (#entry=…). */
function openAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (!given.has("ask") && !given.has("entry")) return;
  history.replaceState(null, "", location.pathname + location.search);
  begin();
  if (given.get("shop")) {
    byId("shop").value = given.get("shop");
    byId("shop").dispatchEvent(new Event("change"));
  }
  if (given.has("entry")) return useEntry(given.get("entry"));
  message.value = given.get("ask");
  wrote();
}

function onMessageKey(event) {
  // 229: the Enter that ends an input method's composition, in browsers that report it late.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  refresh("once");
}

message.addEventListener("keydown", onMessageKey);
message.addEventListener("input", (event) => event.isComposing || wrote());
message.addEventListener("compositionend", wrote);
byId("new-talk").addEventListener("click", () => begin());
byId("keys-open").addEventListener("click", () => byId("keys").showModal());
byId("keys-close").addEventListener("click", () => byId("keys").close());

openTalks(drawTalks);
openTalkList({ open, end });
openAnswer({ fill: (name, value) => { setVariable(name, value); refresh(); }, sent: answered });
openContext((field) => {
  if (field === "shop") loadBook(shopNow()).then(drawTalks);
  refresh();
  recheck();
});
openDraft(answered);
openSearch();
openKeys({ clear, newTalk: () => begin(), switchTalk: (step) => open(neighbour(step)) });
openEvents((talk) => talk === talkNow() && showTalk());
watchService(() => {
  listenAgain();
  refresh("once");
  recheck();
});
window.addEventListener("hashchange", openAddress);
window.addEventListener("pagehide", () => { leave(); keepTalks(); });
openShops().then(() => showFields(talkNow()));
loadBook(shopNow()).then(drawTalks);
if (message.value && !talkNow().message) customerWrote(message.value); // kept over a reload
else message.value = talkNow().message;
showDraft(talkNow().draft);
if (message.value) refresh();
openAddress();
