// Where the panel learns how to work: attributes, data-* of the script tag, or an object.

const NAMES = [
  "service", "shop", "key", "target", "platform", "stage", "source", "own", "mount",
  "conversation", "limit", "theme",
];

// Of the script that runs now; null in userscripts and modules, which name the service.
const SCRIPT = document.currentScript;

/** Options from attributes (`prefix` "" or "data-"); only those that are there. */
function optionsOf(node, prefix) {
  const found = {};
  for (const name of NAMES) {
    if (node.hasAttribute(prefix + name)) found[name] = node.getAttribute(prefix + name);
  }
  return found;
}

/** The address of the service, with a slash at its end. */
function home({ service }) {
  const given = service || (SCRIPT && SCRIPT.src ? new URL(".", SCRIPT.src) : "/");
  return new URL(given, document.baseURI).href.replace(/\/?$/, "/");
}

/** An element given as itself or by a CSS selector; null when it is not there. */
function find(place) {
  try {
    return typeof place === "string" ? document.querySelector(place) : place;
  } catch {
    return null; // a selector that is none
  }
}

/** The customer's messages since the agent's last one, as the host's page shows them. */
function customerSays({ source, own }) {
  const texts = [];
  for (const node of [...document.querySelectorAll(own ? `${source},${own}` : source)].reverse()) {
    if (own && node.matches(own)) break;
    const text = node.innerText.trim();
    if (text) texts.unshift(text);
    if (!own || texts.length > 19) break;
  }
  return texts;
}
