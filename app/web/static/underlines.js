// Underlines inside a text box. A box can not style its own words, so the same text stands behind
// it unseen, and lines are drawn where its words are. The text there is one node: cut into several
// it would break its lines elsewhere. Offsets are UTF-16 units, as JavaScript counts.

import { el } from "./dom.js";

const GRAVITY = ["error", "warning", "suggestion", "habit", "blank"];
const byGravity = (a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind);

export class Underlines {
  /** `mirror` is empty and stands behind `field` in the same place and type; see draft.css. */
  constructor(field, mirror) {
    this.field = field;
    this.mirror = mirror;
    this.words = document.createTextNode("");
    this.lines = el("div");
    this.text = field.value;
    this.marks = [];
    mirror.append(this.words, this.lines);
    field.addEventListener("input", () => this.follow());
    field.addEventListener("scroll", () => this.scroll());
    new ResizeObserver(() => this.draw()).observe(field);
    document.fonts.ready.then(() => this.draw());
    this.follow();
  }

  /** Shows marks of `text`: [{start, end, kind, …}]; they move along while the text changes. */
  show(text, marks) {
    this.text = text;
    this.marks = marks;
    this.follow();
  }

  /** The marks at a caret, its neighbours included, or within a stretch; the gravest first. */
  at(start, end = start) {
    const near = start === end
      ? (m) => m.start <= end && start <= m.end
      : (m) => m.start < end && start < m.end;
    return this.marks.filter(near).sort(byGravity);
  }

  /** The marks under a point of the window, the gravest first. */
  under(x, y) {
    const line = [...this.lines.children].find((node) => {
      const { left, right, top, bottom } = node.getBoundingClientRect();
      return left <= x && x <= right && top <= y && y <= bottom;
    });
    return line ? this.at(Number(line.dataset.start), Number(line.dataset.end)) : [];
  }

  /** The box in the window of a mark's first line. */
  box(mark) {
    this.scroll(); // the field may have moved while its event is still to come
    const first = this.lines.querySelector(`[data-start="${mark.start}"]`);
    return (first ?? this.field).getBoundingClientRect();
  }

  /** Scrolls the field so far that a mark begins within it. */
  reveal(mark) {
    const frame = this.field.getBoundingClientRect();
    const { top, bottom } = this.box(mark);
    if (top < frame.top) this.field.scrollTop -= frame.top - top + 8;
    if (bottom > frame.bottom) this.field.scrollTop += bottom - frame.bottom + 8;
    this.scroll();
  }

  follow() {
    const now = this.field.value;
    this.marks = moved(this.marks, this.text, now);
    this.text = now;
    this.words.data = `${now}\n`; // makes room for an empty last line, as the box does
    this.draw();
  }

  draw() {
    const { left, top } = this.mirror.getBoundingClientRect();
    const across = this.mirror.clientLeft + left;
    const down = this.mirror.clientTop + top - this.mirror.scrollTop;
    const range = document.createRange();
    const boxes = pieces(this.text.length, this.marks).flatMap(({ start, end, kind }) => {
      range.setStart(this.words, start);
      range.setEnd(this.words, end);
      return [...range.getClientRects()].filter((box) => box.width).map((box) => {
        const line = el("div", { class: `mark ${kind}`, "data-start": start, "data-end": end });
        line.style.left = `${box.left - across}px`;
        line.style.top = `${box.top - down}px`;
        line.style.width = `${box.width}px`;
        line.style.height = `${box.height}px`;
        return line;
      });
    });
    this.lines.replaceChildren(...boxes);
    this.scroll();
  }

  scroll() {
    this.mirror.scrollTop = this.field.scrollTop;
  }
}

/** Marks of `before` where they are in `after`; those that the change touched are gone. */
export function moved(marks, before, after) {
  if (before === after) return marks;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < most - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const end = before.length - tail;
  const by = after.length - before.length;
  return marks.flatMap((mark) => {
    if (mark.end <= start) return [mark];
    return mark.start >= end ? [{ ...mark, start: mark.start + by, end: mark.end + by }] : [];
  });
}

/** What is marked, cut wherever a mark starts or ends; each piece has its gravest mark's kind. */
function pieces(length, marks) {
  const edges = marks.flatMap(({ start, end }) => [start, end]);
  const cuts = [...new Set([0, ...edges, length])].sort((a, b) => a - b);
  return cuts.slice(0, -1).flatMap((start, i) => {
    const end = cuts[i + 1];
    const [gravest] = marks.filter((m) => m.start <= start && end <= m.end).sort(byGravity);
    return gravest ? [{ start, end, kind: gravest.kind }] : [];
  });
}
