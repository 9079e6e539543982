// The draft box: findings and professional wording for what the agent wrote.

import { Away, post } from "./api.js";
import { copy } from "./clipboard.js";
import { rulesFields } from "./context.js";
import { byId, el, show } from "./dom.js";
import { report } from "./feedback.js";
import { findingItems, summary } from "./findings.js";
import { Latest } from "./latest.js";
import { blanks, flaws, runs } from "./runs.js";
import { noteService } from "./service.js";
import { toast } from "./toast.js";

const PAUSE = 300; // milliseconds
const checking = new Latest(check, PAUSE);
let origin = null; // the suggestion that the draft began as: {id, suggestion}
let rewritten = "";

/** Connects the draft box. */
export function openDraft() {
  byId("draft").addEventListener("input", (event) => {
    if (!event.target.value) origin = null;
    if (!event.isComposing) recheck();
  });
  byId("draft").addEventListener("compositionend", recheck);
  byId("copy-draft").addEventListener("click", () => send(byId("draft").value));
  byId("copy-rewritten").addEventListener("click", () => send(rewritten));
  byId("use-rewritten").addEventListener("click", () => fill(rewritten));
}

/** Puts a suggestion into the box for editing; what is copied from there is reported as edited. */
export function editSuggestion(id, suggestion) {
  origin = { id, suggestion };
  fill(suggestion.text);
}

/** Checks again, for instance after the platform was changed. */
export function recheck() {
  if (byId("draft").value.trim()) return checking.soon();
  checking.cancel();
  byId("draft-result").hidden = true;
  byId("draft-verdict").textContent = "";
  show(byId("draft-problem"), "");
}

function fill(text) {
  const field = byId("draft");
  field.value = text;
  field.focus();
  const blank = /【[^【】]{1,40}】/u.exec(text); // the next thing to type
  if (blank) field.setSelectionRange(blank.index, blank.index + blank[0].length);
  recheck();
}

async function check(signal) {
  const text = byId("draft").value;
  const rules = rulesFields();
  const entry = origin ? { entry_id: origin.suggestion.entry_id } : {};
  try {
    const [checked, edited] = await Promise.all([
      post("v1/check", { text, ...rules, ...entry }, signal),
      post("v1/rewrites", { draft: text, ...rules }, signal),
    ]);
    if (signal.aborted) return;
    noteService(true);
    draw(text, checked.findings, edited);
    show(byId("draft-problem"), "");
  } catch (error) {
    if (signal.aborted) return;
    byId("draft-result").hidden = true;
    byId("draft-verdict").textContent = "没有检查成";
    show(byId("draft-problem"), error.message);
    if (error instanceof Away) noteService(false);
  }
}

function draw(text, findings, edited) {
  const changes = edited.edits.map(({ start, end }) => ({ start, end, class: "habit" }));
  const gaps = origin?.suggestion.variables.missing.length ? blanks(text) : [];
  const marks = [...changes, ...flaws(findings), ...gaps];
  byId("draft-marked").replaceChildren(...runs(text, marks));
  byId("draft-marked").hidden = !marks.length;
  byId("draft-findings").replaceChildren(...findingItems(findings));
  byId("draft-verdict").textContent = verdict(findings, edited, gaps);
  rewritten = edited.rewritten;
  byId("rewritten-text").textContent = rewritten;
  byId("rewritten-edits").replaceChildren(...edited.edits.map(edit));
  for (const id of ["rewritten", "copy-rewritten", "use-rewritten"]) {
    byId(id).hidden = !edited.changed;
  }
  byId("draft-result").hidden = false;
}

function verdict(findings, edited, gaps) {
  const words = [];
  if (gaps.length) words.push(`${gaps.length} 处待填`);
  if (findings.length) words.push(summary(findings));
  if (edited.changed) words.push(`可改写 ${edited.edits.length} 处`);
  return words.join("，") || "没有发现问题";
}

function edit({ text, replacement, message }) {
  return el("li", {},
    el("del", { text }), " → ", el("ins", { text: replacement }),
    el("span", { class: "why", text: message }));
}

async function send(text) {
  if (!(await copy(text))) return toast("浏览器不允许复制，请手动选中复制", "warn");
  toast("已复制草稿");
  if (!origin) return;
  const { id, suggestion } = origin;
  report(id, suggestion.entry_id, text === suggestion.text ? "sent" : "edited", text);
}
