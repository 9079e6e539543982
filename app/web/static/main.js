// The console's page: connects the message box, the context form, keys and cards.

import { clearAnswer, copyPlace, drawAnswer } from "./answer.js";
import { Away, post } from "./api.js";
import { conversationFields, nextCustomer, openContext } from "./context.js";
import { byId, show } from "./dom.js";
import { openDraft, recheck } from "./draft.js";
import { Latest } from "./latest.js";
import { noteService, watchService } from "./service.js";

const PAUSE = 250; // milliseconds without a keystroke before asking
const LIMIT = 3;
const MOST = 50; // messages that the service takes at once
const message = byId("message");
const asking = new Latest(ask, PAUSE);

function question() {
  const lines = message.value.split("\n").map((line) => line.trim()).filter(Boolean).slice(-MOST);
  return lines.length > 1 ? { messages: lines } : { message: lines[0] };
}

async function ask(signal) {
  try {
    const body = { ...question(), ...conversationFields(), limit: LIMIT, preview: true };
    const answer = await post("v1/suggestions", body, signal);
    if (signal.aborted) return;
    noteService(true);
    show(byId("problem"), "");
    drawAnswer(answer);
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
}

/** Asks for what the box holds: at once, or after a pause in typing. */
function refresh(at) {
  if (!message.value.trim()) {
    asking.cancel();
    busy(false);
    return clearAnswer();
  }
  busy(true);
  if (at === "once") asking.now();
  else asking.soon();
}

function clear() {
  message.value = "";
  refresh();
  message.focus();
}

const isField = (node) => node.matches("textarea, select, input:not([type=checkbox])");

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const digit = /^(?:Digit|Numpad)([123])$/.exec(event.code)?.[1];
  if (digit && (event.altKey || !isField(event.target))) {
    event.preventDefault();
    copyPlace(Number(digit));
  } else if (event.key === "Escape" && event.target !== byId("draft")) {
    clear();
  }
}

function onMessageKey(event) {
  // 229: the Enter that ends an input method's composition, in browsers that report it late.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  refresh("once");
}

message.addEventListener("keydown", onMessageKey);
message.addEventListener("input", (event) => event.isComposing || refresh());
message.addEventListener("compositionend", () => refresh());
document.addEventListener("keydown", onKey);
byId("new-talk").addEventListener("click", () => {
  nextCustomer();
  clear();
});
openContext(() => {
  refresh();
  recheck();
});
openDraft();
watchService(() => {
  refresh("once");
  recheck();
});
if (message.value) refresh(); // the browser kept the text over a reload
