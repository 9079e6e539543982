// The panel's markup, keys, and how an answer gets into it.

let styles = null;

/** One sheet for all panels. A constructed sheet is no inline style, whatever the host's CSP. */
function sheet() {
  if (!styles) {
    styles = new CSSStyleSheet();
    styles.replaceSync(STYLE);
  }
  return styles;
}

function skeleton(panel) {
  const typed = (event) => onType(panel, event);
  const parts = {
    _message: el("textarea", { rows: 2, maxlength: 20000, input: typed, compositionend: typed }),
    _told: el("p", { role: "status" }),
    _problem: el("p", { role: "alert", class: "warn" }),
    _retry: el("button", { type: "button", click: () => panel._again() }, "重试"),
    _cards: el("div", { class: "cards" }),
    _reject: el("button", { type: "button", click: () => panel.reject() }, "都不合适"),
    _note: el("p", { role: "status" }),
  };
  const { _message, ...rest } = parts;
  parts._panel = el("section", { "aria-label": "话术建议", keydown: (e) => onKey(panel, e) },
    el("details", { open: "" },
      el("summary", {}, "话术建议"),
      el("label", { class: "ask" }, "客户的话", _message),
      ...Object.values(rest)));
  // The host's own keys are not for what is typed here: it sees an element that is no text box.
  for (const name of ["keydown", "keypress", "keyup"]) {
    parts._panel.addEventListener(name, (event) => event.stopPropagation());
  }
  return parts;
}

/** The body of POST /v1/suggestions. What the host said goes before the panel's options. */
function question(panel, preview) {
  const { shop, platform, stage, conversation, limit } = panel.options;
  const messages = panel._messages;
  const variables = { ...panel._context.variables };
  for (const [name, value] of Object.entries(panel._filled)) if (value) variables[name] = value;
  return {
    shop: shop || null,
    platform: platform || null,
    stage: stage || null,
    conversation_id: conversation || null,
    limit: Number(limit) || 3,
    preview,
    ...panel._context,
    ...(messages[1] ? { messages } : { message: messages[0] }),
    variables,
  };
}

/** Draws an answer; `refill` only changes the texts when the replies are the same ones. */
function draw(panel, answer, refill) {
  const { _cards: cards, _told: told, _reject: reject } = panel._parts;
  const { decision, suggestions, fallback } = answer;
  const before = panel.answer;
  panel.answer = answer;
  panel._state(decision);
  told.textContent = word(DECISIONS, decision);
  reject.hidden = !suggestions.length;
  const replies = repliesOf(answer);
  if (refill && before && idsOf(before) === idsOf(answer)) {
    replies.forEach((one, i) => redraw(cards.children[i], one));
  } else {
    cards.replaceChildren(...replies.map((one, i) => card(one, i + 1, panel, one === fallback)));
  }
}

const repliesOf = ({ suggestions, fallback }) =>
  (suggestions.length || !fallback ? suggestions : [fallback]);

const idsOf = (answer) => repliesOf(answer).map((one) => one.entry_id).join();

// ---- keys and typing ---------------------------------------------------------------------------

const typedIn = (panel) => panel._parts._message.value.split("\n");

function onType(panel, event) {
  if (event.isComposing) return; // half a pinyin
  panel._later("type", PAUSE, () => panel._begin(typedIn(panel), panel._context, true));
}

/** The reply that a key means: 1 to 9. 0 when there is none. */
function placeOf(panel, { code = "" }) {
  const place = Number(code.replace("Digit", ""));
  return panel._reply(place) ? place : 0;
}

/** Alt with a digit takes a reply while the agent writes in the host's box. */
function onHostKey(panel, event) {
  const box = event.altKey && find(panel.options.target);
  const place = box && box.contains(event.target) && placeOf(panel, event);
  if (place) {
    event.preventDefault();
    event.stopPropagation();
    panel.insert(place);
  }
}

function onKey(panel, event) {
  const { target, key, altKey, ctrlKey, metaKey, shiftKey, isComposing } = event;
  const message = panel._parts._message;
  const writing = target.matches("textarea, input");
  const place = (altKey || !(writing || ctrlKey || metaKey)) && placeOf(panel, event);
  if (place) panel._take(place);
  else if (key === "Escape") {
    panel.clear();
    message.focus();
  } else if (target === message && key === "Enter" && !shiftKey && !isComposing) {
    panel._begin(typedIn(panel), panel._context, false);
  } else return;
  event.preventDefault();
}
