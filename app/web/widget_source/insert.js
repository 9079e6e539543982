// Putting a reply into the host's reply box, in a way that frameworks notice; or copying it.

/** What stands in a box: textarea, input, or an editable element. */
const textOf = (box) => ("value" in box ? box.value : box.innerText.replace(/\n$/, ""));

const isEmpty = (box) => !textOf(box).trim();

const squeezed = (text) => text.replace(/\s/g, "");

/**
 * Puts text at the caret, in place of `earlier` when the box holds just that. False when the box
 * did not take all of it.
 *
 * The editing command comes first: it keeps the browser's undo and fires trusted events. A value
 * set by setRangeText passes by React's own setter, so that React sees a change at the event.
 */
function put(box, text, earlier) {
  const field = "value" in box;
  const selection = getSelection();
  box.focus();
  if (earlier && squeezed(textOf(box)) === squeezed(earlier)) { // editors break lines their own way
    if (field) box.select();
    else selection.selectAllChildren(box);
  } else if (!field && !box.contains(selection.anchorNode)) {
    selection.selectAllChildren(box);
    selection.collapseToEnd();
  }
  try {
    if (!document.execCommand("insertText", false, text)) {
      box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
      const event = { bubbles: true, composed: true, inputType: "insertText", data: text };
      box.dispatchEvent(new InputEvent("input", event));
    }
  } catch {
    // Such as an input of type email, which has no caret to be told.
  }
  return squeezed(textOf(box)).includes(squeezed(text));
}

/** Copies the very text; false when the browser refuses. `root` is the panel's shadow root. */
async function copyText(text, root) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard on plain http, or refused: the older command has to do.
  }
  const before = root.activeElement;
  const field = el("textarea", { class: "offscreen" });
  field.value = text;
  root.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (before) before.focus();
  return done;
}
