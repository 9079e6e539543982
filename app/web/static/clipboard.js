// Copying. Browsers offer navigator.clipboard on https and localhost only; shops also run the
// service on plain http in the office, where the older command has to do.

/** Copies the very text; false when the browser refuses. */
export async function copy(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused: try the older way.
    }
  }
  return copyBySelection(text);
}

function copyBySelection(text) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "offscreen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}
