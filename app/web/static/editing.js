// Changing the text of a box so that the browser's own undo (Ctrl+Z) takes it back.

/** Puts `text` in place of a stretch; the caret then stands behind it. */
export function replaceText(field, start, end, text) {
  field.focus();
  field.setSelectionRange(start, end);
  if (start === end && !text) return;
  // Deprecated, but the only way into the undo history of a text box.
  const done = text
    ? document.execCommand("insertText", false, text)
    : document.execCommand("delete");
  if (done) return;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
