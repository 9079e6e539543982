// One suggestion as a card.

const blankOf = (title) => `【${title}】`;

/** [name, title] of each missing variable; `shop.…` are facts that only trainers can fill in. */
const missingOf = ({ variables: { missing, titles = {} } }) =>
  missing.map((name) => [name, word(titles, name)]);

/** The blanks that would be sent as they stand, such as 【订单号】. */
const blanksIn = (suggestion) =>
  missingOf(suggestion).map(([, title]) => blankOf(title))
    .filter((blank) => suggestion.text.includes(blank));

/**
 * `place` counts from 1 and is its key. `panel` is told what happens: _take(place),
 * copy(place), _fill(name, value).
 */
function card(suggestion, place, panel, fallback) {
  const { handoff, confidence } = suggestion;
  const name = fallback ? "先回应，再核实" : suggestion.title;
  const button = (label, click, main) => {
    const options = { type: "button", "aria-label": `${label}第 ${place} 条：${name}`, click };
    return main ? el("button", { class: "main", ...options }, `${label} ${place}`)
      : el("button", options, label);
  };
  const into = panel.options.target;
  const node = el("article", { "aria-label": `第 ${place} 条：${name}` },
    el("header", {},
      el("b", {}, name),
      ...(handoff ? [el("em", {}, `转${word(HANDOFFS, handoff)}`)] : []),
      el("small", {}, fallback ? "" : `把握 ${percent(confidence)}`)),
    el("p", { class: "text" }),
    ...gaps(suggestion, place, panel),
    el("ul", {}),
    el("footer", {},
      ...(into ? [button("填入", () => panel._take(place), true)] : []),
      button("复制", () => panel.copy(place), !into)));
  redraw(node, suggestion);
  return node;
}

/** The same card with another text: its fields and buttons, and the focus, stay. */
function redraw(node, suggestion) {
  node.querySelector(".text").replaceChildren(...shades(suggestion));
  node.querySelector("ul").replaceChildren(...suggestion.findings.map(finding));
}

/** Greeting, body and closing in three shades, with the blanks marked. */
function shades(suggestion) {
  const blanks = blanksIn(suggestion);
  return ["greeting", "body", "closing"].map((shade) =>
    el("span", { class: shade }, ...suggestion[shade].split(/(【[^】]*】)/).map((piece) =>
      blanks.includes(piece) ? el("mark", {}, piece) : piece)));
}

/** Fields for what is missing: blanks of the text at once, what is worded neutrally folded up. */
function gaps(suggestion, place, panel) {
  const needed = [];
  const others = [];
  for (const [name, title] of missingOf(suggestion)) {
    panel._titles[name] = title;
    if (name.startsWith("shop.")) {
      needed.push(el("p", { class: "warn" }, `店铺信息“${title}”没有填，请告诉培训员`));
    } else {
      const list = suggestion.text.includes(blankOf(title)) ? needed : others;
      list.push(field(name, place, panel));
    }
  }
  for (const name of suggestion.variables.filled) {
    if (name in panel._filled) needed.push(field(name, place, panel));
  }
  if (others.length) needed.push(el("details", {}, el("summary", {}, "补充更多"), ...others));
  return needed;
}

function field(name, place, panel) {
  const box = el("input", {
    maxlength: 200,
    autocomplete: "off",
    input: () => panel._fill(name, box.value.trim()),
    keydown: ({ key, isComposing }) => {
      if (key === "Enter" && !isComposing) panel._take(place);
    },
  });
  box.value = panel._filled[name] || "";
  return el("label", {}, panel._titles[name], box);
}

const finding = ({ severity, text, message, replacements }) =>
  el("li", { class: severity },
    el("b", {}, word(SEVERITIES, severity)), ` “${text}”：${message}`,
    replacements.length ? `可改为：${replacements.join("、")}` : "");
