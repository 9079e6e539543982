// Why words are underlined, shown beside them by mouse and by keyboard, with what to write instead.

import { byId, el } from "./dom.js";
import { replaceText } from "./editing.js";
import { toast } from "./toast.js";
import { KINDS, word } from "./words.js";

const LINGER = 250; // milliseconds in which the mouse can get from the words to the note
const MOST = 4; // replacements on offer
const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

export class Reasons {
  /** `note` is an empty element in the frame (a positioned parent) of the underlined field. */
  constructor(underlines, note) {
    this.underlines = underlines;
    this.field = underlines.field;
    this.note = note;
    this.marks = []; // those that are shown
    this.byMouse = false;
    this.timer = null;
    this.listen();
  }

  listen() {
    const { field, note } = this;
    field.addEventListener("mousemove", (event) => this.hover(event));
    field.addEventListener("mouseleave", () => this.leave());
    note.addEventListener("mouseenter", () => clearTimeout(this.timer));
    note.addEventListener("mouseleave", () => this.leave());
    note.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps focus
    field.addEventListener("click", () => this.atCaret());
    field.addEventListener("input", () => this.hide());
    field.addEventListener("scroll", () => (this.byMouse ? this.hide() : this.place()));
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("keyup", (event) => {
      if (MOVES.includes(event.key) && !event.altKey) this.atCaret();
    });
    note.addEventListener("keydown", (event) => this.onNoteKey(event));
    for (const node of [field, note]) node.addEventListener("focusout", (e) => this.blur(e));
  }

  hover({ clientX, clientY }) {
    const found = this.underlines.under(clientX, clientY).filter(hasReason);
    if (!found.length) return this.leave();
    clearTimeout(this.timer);
    if (found[0] !== this.marks[0]) this.show(found, true);
  }

  leave() {
    clearTimeout(this.timer);
    if (this.byMouse) this.timer = setTimeout(() => this.hide(), LINGER);
  }

  blur({ relatedTarget }) {
    if (relatedTarget !== this.field && !this.note.contains(relatedTarget)) this.hide();
  }

  atCaret() {
    const found = this.here();
    if (found.length) this.show(found, false);
    else this.hide();
  }

  here() {
    const { selectionStart, selectionEnd } = this.field;
    return this.underlines.at(selectionStart, selectionEnd).filter(hasReason);
  }

  onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") return this.hide();
    if (!event.altKey || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") this.fixHere();
    else this.go(event.key === "ArrowDown" ? 1 : -1);
  }

  onNoteKey(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation(); // elsewhere it clears the customer's message
    this.field.focus();
    this.hide();
  }

  /** Selects the next (1) or the last (-1) underlined words and says why. */
  go(step) {
    const { selectionStart: from, selectionEnd: to } = this.field;
    const all = this.underlines.marks.filter(hasReason);
    all.sort((a, b) => step * (a.start - b.start) || a.end - b.end);
    const next = all.find((m) => (step > 0 ? m.start >= to : m.end <= from));
    const mark = next ?? all[0]; // round again
    if (!mark) return this.say("没有划线的地方");
    this.field.setSelectionRange(mark.start, mark.end);
    this.underlines.reveal(mark);
    this.show(this.here(), false);
  }

  /** Replaces the words at the caret by the first wording on offer, or goes to the next ones. */
  fixHere() {
    const shown = this.marks.length ? this.marks : this.here();
    const mark = shown.find(({ replacements }) => replacements.length);
    if (mark) this.fix(mark, mark.replacements[0]);
    else this.go(1);
  }

  fix(mark, text) {
    replaceText(this.field, mark.start, mark.end, text);
    this.hide();
    toast(text ? `已改为“${text}”，Ctrl+Z 撤销` : "已删去，Ctrl+Z 撤销");
  }

  show(marks, byMouse) {
    clearTimeout(this.timer);
    this.marks = marks;
    this.byMouse = byMouse;
    const first = marks.find(({ replacements }) => replacements.length);
    this.note.replaceChildren(...marks.map((mark) => this.reason(mark, mark === first)));
    this.note.hidden = false;
    this.place();
    if (!byMouse) this.say(marks.map(spoken).join("。"));
  }

  hide() {
    clearTimeout(this.timer);
    this.marks = [];
    this.byMouse = false;
    this.note.hidden = true;
    this.say("");
  }

  say(text) {
    byId("reason-spoken").textContent = text;
  }

  reason(mark, isFirst) {
    const fixes = mark.replacements.slice(0, MOST).map((text, i) =>
      el("button", { type: "button", on: { click: () => this.fix(mark, text) } },
        text || "删去", isFirst && i === 0 ? el("kbd", { text: "Alt+Enter" }) : null));
    return el("div", { class: `reason ${mark.kind}` },
      el("p", {},
        el("b", { class: "severity", text: word(KINDS, mark.kind) }),
        el("span", { class: "title", text: mark.title })),
      el("p", { text: mark.message }),
      fixes.length ? el("div", { class: "fixes" }, "改为", ...fixes) : null);
  }

  place() {
    if (!this.marks.length) return;
    const words = this.underlines.box(this.marks[0]);
    const frame = this.note.parentElement.getBoundingClientRect();
    const room = frame.width - this.note.offsetWidth;
    this.note.style.left = `${Math.max(0, Math.min(words.left - frame.left, room))}px`;
    this.note.style.top = `${Math.min(words.bottom, frame.bottom) - frame.top + 6}px`;
  }
}

const hasReason = ({ kind }) => kind !== "blank";

function spoken({ kind, text, message, replacements }) {
  const instead = replacements.length ? `按 Alt+Enter 改为“${replacements[0] || "（删去）"}”` : "";
  return [`${word(KINDS, kind)}，“${text}”`, message, instead].filter(Boolean).join("：");
}
