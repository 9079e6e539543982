// The three ways onto a page: window.Huashu.mount, <huashu-suggestions>, and the script tag.

const TAG = "huashu-suggestions";

/**
 * Puts a panel into `mount` (element or selector); without one it floats at the corner of the
 * window. Returns the Panel; docs/widget.zh-CN.md lists options and methods.
 */
function mount(options) {
  const { mount: place, ...rest } = options || {};
  const into = place ? find(place) : document.body;
  if (!into) throw new Error(`话术挂件：页面上没有 ${place || "body"}`);
  const host = document.createElement("div");
  if (!place) host.setAttribute("floating", "");
  into.append(host);
  const panel = new Panel(host, rest);
  panel._mounted = true;
  return panel;
}

function define() {
  class HuashuSuggestions extends HTMLElement {
    static get observedAttributes() {
      return NAMES;
    }

    connectedCallback() {
      if (!this.panel) new Panel(this, optionsOf(this, "")); // sets this.panel
    }

    disconnectedCallback() {
      queueMicrotask(() => {
        if (this.isConnected || !this.panel) return; // only moved
        this.panel.destroy();
        this.panel = null;
      });
    }

    attributeChangedCallback(name, before, value) {
      if (this.panel && before !== value) this.panel.update({ [name]: value });
    }
  }
  for (const name of ["suggest", "insert", "copy", "reject", "sent", "clear"]) {
    HuashuSuggestions.prototype[name] = function delegate(...given) {
      return this.panel[name](...given);
    };
  }
  customElements.define(TAG, HuashuSuggestions);
}

// The worlds of browser extensions have no registry; there mount() does it all.
if (window.customElements && !customElements.get(TAG)) define();
window.Huashu = { mount };

if (SCRIPT && Object.keys(optionsOf(SCRIPT, "data-")).length) {
  const start = () => mount(optionsOf(SCRIPT, "data-"));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
