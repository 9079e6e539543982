// What became of suggestions, told to the service. It must never stand in an agent's way.

const KEPT = 50; // reports that wait while the service is away
const CHECKS = [60, 300, 1000, 3000]; // milliseconds after a send until the box is empty
const RECENT = 3500; // and until emptying it means that it was deleted
const BUTTONS = "button, [role=button], input[type=submit], input[type=button]";
const SENDING = ["keydown", "click", "submit"];

/**
 * A function report(id, entry_id, outcome, text) that sends in order; called with nothing it tries
 * again what did not get through. `panel` has the options that are in force.
 */
function reporter(panel) {
  const waiting = [];
  let busy = false;
  return async (suggestion_id, entry_id, outcome, text) => {
    if (outcome) waiting.push({ suggestion_id, entry_id, outcome, text });
    waiting.splice(0, waiting.length - KEPT);
    while (waiting.length && !busy) {
      busy = true;
      try {
        await call(panel.options, "v1/feedback", waiting[0]);
        waiting.shift();
      } catch ({ _code }) {
        if (_code !== "refused") return; // comes again with the next report or answer
        waiting.shift();
      } finally {
        busy = false;
      }
    }
  };
}

/** Whether this may send what stands in a box. A click beside buttons only changes the view. */
function sends(event) {
  const { type, key, shiftKey, isComposing } = event;
  if (type === "keydown") return key === "Enter" && !shiftKey && !isComposing;
  const [first] = event.composedPath();
  return type === "submit" || (first.closest && first.closest(BUTTONS));
}

/**
 * Watches what the agent makes of a reply in the box. Hosts empty the box when they send, mostly
 * after Enter, a click or a submit: what stood there last is what was sent.
 * `tell(outcome, text)` is called once at most: sent, edited, or rejected when it was deleted.
 */
function watchDraft(box, text, tell) {
  let last = textOf(box);
  let timers = [];
  const typed = () => {
    if (!isEmpty(box)) last = textOf(box);
    else if (timers[0]) sent(last); // emptied by the host, which left a line break behind
    else end("rejected");
  };
  const acted = (event) => {
    if (!sends(event)) return;
    if (!isEmpty(box)) last = textOf(box);
    timers.forEach(clearTimeout);
    timers = CHECKS.map((wait) => setTimeout(look, wait));
    timers.push(setTimeout(() => (timers = []), RECENT));
  };
  const look = () => {
    if (!box.isConnected || isEmpty(box)) sent(last);
  };
  const sent = (words) => end(squeezed(words) === squeezed(text) ? "sent" : "edited", words);
  const end = (outcome, words) => {
    timers.forEach(clearTimeout);
    box.removeEventListener("input", typed);
    SENDING.forEach((name) => document.removeEventListener(name, acted, true));
    if (outcome) tell(outcome, words);
    tell = () => {};
  };
  box.addEventListener("input", typed);
  SENDING.forEach((name) => document.addEventListener(name, acted, true));
  return { _text: text, _look: look, _sent: sent, _end: end };
}
