// The trainers' page: draws proposals, accepts and rejects them, by mouse and by keyboard.

import { get, post } from "./api.js";
import { byId, el, show } from "./dom.js";
import { noteService, watchService } from "./service.js";
import { toast } from "./toast.js";

const AGAIN = 1_000; // milliseconds between looks at how far the search is
const PATIENCE = 180_000; // the whole book is tried before something is written
const KINDS = { ask: "加问法", near_miss: "加反例", entry: "新条目", rewrite: "加改写" };

const list = byId("proposals");
const shop = byId("shop");
let timer = null;

const asked = (path) => (shop.value ? `${path}?shop=${encodeURIComponent(shop.value)}` : path);

async function tried(work) {
  try {
    const found = await work();
    noteService(true);
    return found;
  } catch (error) {
    show(byId("problem"), error.message);
    return null;
  }
}

async function openShops() {
  const found = await tried(() => get("v1/shops"));
  const usable = (found?.shops ?? []).filter(({ state }) => state !== "broken");
  shop.replaceChildren(...usable.map(({ id, name }) => el("option", { value: id, text: name || id })));
  shop.closest("label").hidden = usable.length < 2;
}

/** Asks for the proposals anew. With `keep` cards that are there stay as they are, text and all. */
async function refresh({ keep = false } = {}) {
  clearTimeout(timer);
  const found = await tried(() => get("v1/proposals", shop.value ? { shop: shop.value } : {}));
  if (!found) return;
  const { looking, problem, proposals } = found;
  show(byId("problem"), problem ?? "");
  byId("look").disabled = looking !== null;
  drawProgress(looking);
  if (looking) {
    timer = setTimeout(refresh, AGAIN);
    return;
  }
  const known = new Map(keep ? [...list.children].map((node) => [node.dataset.id, node]) : []);
  const focused = document.activeElement;
  list.replaceChildren(...proposals.map((one) => known.get(one.id) ?? card(one)));
  if (list.contains(focused)) focused.focus();
  count();
}

function drawProgress(looking) {
  const bar = byId("progress");
  bar.hidden = looking === null;
  if (!looking) return;
  bar.max = Math.max(1, looking.total);
  bar.value = looking.done;
  byId("state").textContent = `正在${looking.doing} ${looking.done}/${looking.total}`;
}

function count() {
  const left = list.querySelectorAll(".proposal:not(.done)").length;
  byId("state").textContent = left ? `${left} 条待处理` : "";
  byId("empty").hidden = list.children.length > 0;
}

async function look() {
  show(byId("problem"), "");
  const begun = await tried(() => post(asked("v1/proposals"), {}));
  if (begun) refresh();
}

function card(one) {
  const boxes = one.lines.map((line) => [line.text, el("input", { type: "checkbox", checked: true })]);
  const reply = one.kind === "entry" ? replyField(one) : null;
  const said = el("p", { class: "problem said", role: "alert", hidden: true });
  const reason = el("input", { type: "text", maxlength: 500, autocomplete: "off" });
  const accept = el("button", { type: "button", class: "main", text: "采纳" });
  const reject = el("button", { type: "button", text: "拒绝" });
  const node = el(
    "li",
    { class: "panel proposal", tabindex: "-1", "data-id": one.id, "aria-label": `${KINDS[one.kind]} ${one.title}` },
    head(one),
    el("p", { class: "why", text: one.why }),
    el("ul", { class: "lines" }, ...one.lines.map((line, i) => lineItem(line, boxes[i][1]))),
    ...one.left_out.map(({ text, why }) => el("p", { class: "left-out", text: `没有列入“${text}”：${why}` })),
    reply,
    el("details", { open: true }, el("summary", { text: "改动" }), diff(one.diff)),
    el("label", { class: "field" }, el("span", { text: "拒绝的原因" }), reason),
    el("div", { class: "actions" }, accept, reject),
    said,
  );
  const decide = (path, body, words) => settle(node, said, `v1/proposals/${one.id}/${path}`, body, words);
  accept.addEventListener("click", () => {
    const texts = boxes.filter(([, box]) => box.checked).map(([text]) => text);
    decide("accept", { texts, reply: reply?.querySelector("textarea").value ?? "" }, "已采纳，几秒后生效");
  });
  reject.addEventListener("click", () => {
    if (reason.value.trim()) decide("reject", { reason: reason.value }, "已拒绝，以后不再提");
    else {
      show(said, "请先写明拒绝的原因。");
      reason.focus();
    }
  });
  return node;
}

function head(one) {
  return el(
    "header",
    {},
    el("span", { class: "tag", text: KINDS[one.kind] }),
    el("h2", { text: one.title || one.lines[0].text }),
    el("code", { text: one.entry_id }),
    el("span", { class: "often", text: `${one.count} 次` }),
  );
}

function lineItem(line, box) {
  const others = line.samples.filter((text) => text !== line.text);
  const also = others.length ? `，也写作：${others.join("；")}` : "";
  return el(
    "li",
    {},
    el("label", {}, box, el("span", { text: line.text }), el("small", { text: `${line.count} 次${also}` })),
  );
}

function replyField(one) {
  const area = el("textarea", { rows: 2, maxlength: 2000 });
  area.value = one.reply;
  return el("label", { class: "field" }, el("span", { text: "这样回复（必填）" }), area);
}

function diff(lines) {
  const kind = (line) => {
    if (line.startsWith("---") || line.startsWith("+++") || line.startsWith("@@")) return "place";
    return { "+": "added", "-": "removed" }[line[0]];
  };
  return el("pre", { class: "diff", tabindex: "0" }, ...lines.map((line) => el("span", { class: kind(line), text: `${line}\n` })));
}

async function settle(node, said, path, body, words) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  show(said, "");
  if (path.endsWith("/accept")) toast("正在用整本话术库试一遍");
  try {
    await post(asked(path), body, undefined, PATIENCE);
    node.classList.add("done");
    // Whoever went elsewhere meanwhile stays there; after the last one this card keeps the focus.
    const here = document.activeElement === document.body || node.contains(document.activeElement);
    node.replaceChildren(node.querySelector("header"), el("p", { class: "hint", role: "status", text: words }));
    toast(words);
    if (here) (step(node, 1) ?? node).focus();
  } catch (error) {
    show(said, error.message);
  }
  node.setAttribute("aria-busy", "false");
  count();
}

/** The open proposal after (or before) this one; from the other end when there is none. */
function step(from, by) {
  const open = [...list.querySelectorAll(".proposal:not(.done)")].filter((node) => node !== from);
  if (!from) return open[0];
  const after = (node) => Boolean(from.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING);
  const beyond = open.filter((node) => after(node) === by > 0);
  return by > 0 ? beyond[0] ?? open[0] : beyond.at(-1) ?? open.at(-1);
}

const KEYS = { j: 1, k: -1 };

document.addEventListener("keydown", (event) => {
  const plain = !(event.isComposing || event.ctrlKey || event.metaKey || event.altKey);
  if (!plain || event.target.matches("textarea, select, input[type=text]")) return;
  const here = event.target.closest?.(".proposal:not(.done)") ?? null;
  if (event.key in KEYS) step(here, KEYS[event.key])?.focus();
  else if (event.key === "a" && here) here.querySelector(".actions .main").click();
  else if (event.key === "r" && here) here.querySelector("input[type=text]").focus();
  else return;
  event.preventDefault();
});

list.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !field.matches("input[type=text]")) return;
  field.closest(".proposal").querySelector(".actions button:not(.main)").click();
});

byId("look").addEventListener("click", look);
shop.addEventListener("change", () => refresh());
watchService(() => refresh({ keep: true }));
openShops().then(() => refresh());
