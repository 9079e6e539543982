// Building pages without markup in strings: all text goes through textContent.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * A new element. `options` may hold class, text, title, data (object), on (event -> listener) and
 * any attribute; children are nodes or strings, null ones are left out.
 */
export function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "text") node.textContent = value;
    else if (key === "class") node.className = value;
    else if (key === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Puts text into an element that is hidden while it has none. */
export function show(node, text) {
  node.textContent = text;
  node.hidden = !text;
}
