// The draft box: findings and professional wording for what the agent wrote.

import { Away, post, postForm } from "./api.js";
import { copy } from "./clipboard.js";
import { rulesFields } from "./context.js";
import { byId, show } from "./dom.js";
import { replaceText } from "./editing.js";
import { report } from "./feedback.js";
import { findingItems, summary } from "./findings.js";
import { Latest } from "./latest.js";
import { Reasons } from "./reasons.js";
import { drawRewritten } from "./rewritten.js";
import { BLANK } from "./runs.js";
import { noteService } from "./service.js";
import { toast } from "./toast.js";
import { Underlines } from "./underlines.js";

const PAUSE = 300; // milliseconds
// LanguageTool's categories, as the service gives them.
const KINDS = { FORBIDDEN: "error", WARNING: "warning", ADVICE: "suggestion", STYLE: "habit" };
const checking = new Latest(check, PAUSE);
let origin = null; // the suggestion that the draft began as: {id, suggestion}
let rewritten = "";
let underlines = null;
let whenSent = () => {};

/** Connects the draft box; `sent` runs when its text was copied for sending. */
export function openDraft(sent) {
  whenSent = sent;
  underlines = new Underlines(byId("draft"), byId("draft-mirror"));
  new Reasons(underlines, byId("reason"));
  byId("draft").addEventListener("input", (event) => {
    if (!event.target.value) origin = null;
    if (!event.isComposing) recheck();
  });
  byId("draft").addEventListener("compositionend", recheck);
  byId("draft").addEventListener("keydown", onKey);
  byId("copy-draft").addEventListener("click", () => send(byId("draft").value));
  byId("copy-rewritten").addEventListener("click", () => send(rewritten));
  byId("use-rewritten").addEventListener("click", () => fill(rewritten));
}

/** The draft as it can be kept: its text, and the suggestion that it began as. */
export const draftState = () => ({ text: byId("draft").value, origin });

/** Shows a draft that was kept, or an empty one. */
export function showDraft(kept) {
  origin = kept?.origin ?? null;
  byId("draft").value = kept?.text ?? "";
  underlines.show(byId("draft").value, []);
  recheck();
}

function onKey(event) {
  if (event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(byId("draft").value);
  else if (event.code === "KeyR" && event.altKey && !byId("rewritten").hidden) fill(rewritten);
  else return;
  event.preventDefault();
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
  underlines.show("", []);
  byId("draft-result").hidden = true;
  byId("draft-verdict").textContent = "";
  show(byId("draft-problem"), "");
}

function fill(text) {
  const field = byId("draft");
  replaceText(field, 0, field.value.length, text);
  const [blank] = gaps(text); // the next thing to type
  if (blank) field.setSelectionRange(blank.start, blank.end);
  recheck();
}

async function check(signal) {
  const text = byId("draft").value;
  const rules = rulesFields();
  const entry = origin ? { entry_id: origin.suggestion.entry_id } : {};
  try {
    const [checked, edited, underlined] = await Promise.all([
      post("v1/check", { text, ...rules, ...entry }, signal),
      post("v1/rewrites", { draft: text, ...rules }, signal),
      postForm("v2/check", { text, language: "auto", ...rules, ...entry }, signal),
    ]);
    if (signal.aborted) return;
    noteService(true);
    const blanks = origin?.suggestion.variables.missing.length ? gaps(text) : [];
    underlines.show(text, [...underlined.matches.map(mark(text)), ...blanks]);
    draw(text, checked.findings, edited, blanks);
    show(byId("draft-problem"), "");
  } catch (error) {
    if (signal.aborted) return;
    underlines.show(text, []);
    byId("draft-result").hidden = true;
    byId("draft-verdict").textContent = "没有检查成";
    show(byId("draft-problem"), error.message);
    if (error instanceof Away) noteService(false);
  }
}

/** A match in LanguageTool's shape as a mark; both count UTF-16 units. */
const mark = (text) => ({ offset, length, message, shortMessage, replacements, rule }) => ({
  start: offset,
  end: offset + length,
  text: text.slice(offset, offset + length),
  kind: KINDS[rule.category.id] ?? "suggestion",
  title: shortMessage,
  message,
  replacements: replacements.map(({ value }) => value),
});

const gaps = (text) => [...text.matchAll(BLANK)].map(({ index, 0: words }) =>
  ({ start: index, end: index + words.length, kind: "blank" }));

function draw(text, findings, edited, blanks) {
  byId("draft-findings").replaceChildren(...findingItems(findings));
  byId("draft-verdict").textContent = verdict(findings, edited, blanks);
  rewritten = edited.rewritten;
  drawRewritten(text, edited);
  for (const id of ["rewritten", "copy-rewritten", "use-rewritten"]) {
    byId(id).hidden = !edited.changed;
  }
  byId("draft-result").hidden = false;
}

function verdict(findings, edited, blanks) {
  const words = [];
  if (blanks.length) words.push(`${blanks.length} 处待填`);
  if (findings.length) words.push(summary(findings));
  if (edited.changed) words.push(`可改写 ${edited.edits.length} 处`);
  return words.join("，") || "没有发现问题";
}

async function send(text) {
  if (!text.trim()) return toast("草稿是空的", "warn");
  if (!(await copy(text))) return toast("浏览器不允许复制，请手动选中复制", "warn");
  toast("已复制草稿");
  whenSent();
  if (!origin?.id) return;
  const { id, suggestion } = origin;
  report(id, suggestion.entry_id, text === suggestion.text ? "sent" : "edited", text);
}
