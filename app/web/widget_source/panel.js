// The panel: asks, shows the answer, and does what the agent or the host's script says.
// What begins with _ is nobody else's business.

const PAUSE = 300; // milliseconds of rest in typing
const SETTLED = 1200; // milliseconds that cards stay before they count as displayed

class Panel {
  constructor(host, options) {
    this.element = host;
    host.panel = this;
    this.options = {};
    this._titles = {};
    this._timers = {};
    this._report = reporter(this);
    this._root = host.shadowRoot || host.attachShadow({ mode: "open" });
    this._root.adoptedStyleSheets = [sheet()];
    this._parts = skeleton(this);
    this._root.replaceChildren(this._parts._panel);
    this._keys = (event) => onHostKey(this, event);
    document.addEventListener("keydown", this._keys, true);
    this._forget();
    this._state("idle");
    this.update(options);
  }

  // ---- for plugins: docs/widget.zh-CN.md ---------------------------------------------------

  /**
   * Asks for replies to one message or several of one customer. `context` may hold any field of
   * POST /v1/suggestions. Resolves to the answer; to null when it failed or a newer question came.
   */
  suggest(messages, context) {
    const texts = [].concat(messages).map(String);
    this._parts._message.value = texts.join("\n");
    return this._begin(texts, context || {});
  }

  /**
   * Puts a reply (1, 2, …) into the target; copies it when there is none. A reply with blanks is
   * held back the first time, unless `force`. Resolves to true when it was done.
   */
  insert(place, { force } = {}) {
    return insert(this, place, force);
  }

  /** Copies a reply; as insert. */
  copy(place, { force } = {}) {
    return copy(this, place, force);
  }

  /** None of the replies fits; with a place, that one. */
  reject(place) {
    const { id, suggestions } = this.answer || { suggestions: [] };
    for (const one of place ? [this._reply(place)] : suggestions) {
      if (one) this._report(id, one.entry_id, "rejected");
    }
    this._parts._reject.hidden = true;
    this._note("已记下：不合适");
  }

  /** For hosts that know what was sent. Without it the panel sees the box being emptied. */
  sent(text) {
    if (this._draft) this._draft._sent(text);
  }

  /** Back to the beginning, for the next customer. */
  clear() {
    this._stop();
    if (this._draft) this._draft._look();
    this._forget();
    this._parts._message.value = "";
    this._state("idle");
  }

  /** Changes options; the others stay. Another conversation begins empty. */
  update(options) {
    const before = this.options;
    this.options = { ...before, ...options };
    this.options.service = home(this.options);
    const { theme, source, conversation } = this.options;
    if (theme) this.element.setAttribute("theme", theme);
    if (this._watcher) this._watcher.disconnect();
    if (conversation !== before.conversation) this.clear();
    if (source) this._watch();
    if (this._messages[0]) this._ask();
  }

  /** Ends everything and takes the panel off the page. */
  destroy() {
    this._stop();
    this._later("look");
    if (this._watcher) this._watcher.disconnect();
    if (this._draft) this._draft._end();
    document.removeEventListener("keydown", this._keys, true);
    this._root.replaceChildren();
    if (this._mounted) this.element.remove();
  }

  // ---- inside ------------------------------------------------------------------------------

  _forget() {
    this.answer = null;
    this._messages = [];
    this._context = {};
    this._filled = {};
    this._tries = this._held = 0;
  }

  _watch() {
    this._watcher = new MutationObserver(() => {
      // Not later and later: some pages never stop changing.
      if (!this._timers.look) this._later("look", 200, () => this._look());
    });
    const whole = { childList: true, subtree: true, characterData: true };
    this._watcher.observe(document.documentElement, whole);
    this._look();
  }

  /** Looks for new messages in the host's page. */
  _look() {
    let texts;
    try {
      texts = customerSays(this.options);
    } catch (error) {
      return this._fail(error); // a selector that is none
    }
    const seen = texts.join("\n");
    if (seen === this._seen) return null;
    this._seen = seen;
    return texts[0] ? this.suggest(texts) : this.clear();
  }

  _begin(texts, context, typing) {
    const talk = context.conversation_id || this.options.conversation;
    // Without the name of a conversation this may be another customer: nothing is carried over.
    if (!talk || talk !== this._talk) this._filled = {};
    this._talk = talk;
    this._context = context;
    this._tries = this._held = 0;
    this._messages = texts.filter((text) => text.trim()).slice(-20);
    if (this._messages[0]) return this._ask(typing);
    this.clear();
    return Promise.resolve(null);
  }

  /** `typing` keeps half a message out of the journal; `refill` only brings other texts. */
  _ask(typing, refill) {
    this._stop();
    const asked = new AbortController();
    asked._refill = refill;
    this._asked = asked;
    if (!refill) this._state("asking");
    this._pending = this._reach(asked, question(this, typing));
    return this._pending;
  }

  async _reach(asked, body) {
    let answer = null;
    try {
      answer = await call(this.options, "v1/suggestions", body, asked);
      if (this._asked !== asked) return null;
      this._show(answer, asked._refill);
      asked._done = true;
    } catch (error) {
      if (this._asked === asked) this._fail(error);
      answer = null;
    }
    if (this._asked === asked) this._pending = null;
    return answer;
  }

  _show(answer, refill) {
    draw(this, answer, refill);
    this._tries = 0;
    this._report();
    const { id, decision, suggestions, fallback } = answer;
    this._later("displayed", SETTLED, () => {
      for (const one of suggestions) this._report(id, one.entry_id, "displayed");
    });
    this._fire("suggestion", { id, decision, suggestions, fallback, messages: this._messages });
  }

  _fail({ _code: code = "refused", _status: status = 0, _wait: wait, message }) {
    if (!this._asked || !this._asked._refill) this.answer = null; // old replies are no new ones
    const rest = Math.min(wait * 1000 || 2000 * 2 ** this._tries, wait ? 600000 : 15000);
    let words = message;
    if (code === "key") words += "（请检查挂件的密钥）";
    if (code === "away" || code === "busy") {
      this._later("retry", rest, () => this._again());
      words += `，${Math.ceil(rest / 1000)} 秒后自动重试`;
      this._tries += 1;
      if (!status && this._tries > 3) words += "。一直连不上时，请管理员检查跨域和 CSP 设置";
    }
    this._state(code, words);
    this._fire("error", { code, status, message });
  }

  _again() {
    if (this._messages[0]) this._ask();
    else this._state("idle");
  }

  /** A variable's value from its field; the texts follow after a rest in typing. */
  _fill(name, value) {
    this._filled[name] = value;
    this._held = 0;
    this._later("fill", PAUSE, () => this._ask(true, true));
  }

  _reply(place) {
    return this.answer && repliesOf(this.answer)[place - 1];
  }

  /** The agent takes a reply: into the box, or else to the clipboard. */
  _take(place) {
    return this.options.target ? this.insert(place) : this.copy(place);
  }

  _stop() {
    if (this._asked) this._asked.abort();
    this._asked = this._pending = null;
    for (const name of ["fill", "retry", "displayed", "type"]) this._later(name);
  }

  _later(name, wait, work) {
    clearTimeout(this._timers[name]);
    this._timers[name] = work && setTimeout(() => {
      this._timers[name] = null;
      work();
    }, wait);
  }

  /** idle, asking, away, busy, key, refused, or a decision; with a problem in words. */
  _state(name, problem = "") {
    const parts = this._parts;
    const asking = name === "asking";
    this.element.setAttribute("state", name);
    parts._cards.setAttribute("aria-busy", asking);
    parts._problem.textContent = problem;
    parts._retry.hidden = !problem;
    if (!problem) parts._told.textContent = asking ? ASKING : IDLE;
    else parts._told.textContent = "";
    if (!this.answer) {
      parts._cards.replaceChildren();
      parts._reject.hidden = true;
    }
  }

  _note(text, warn) {
    const note = this._parts._note;
    note.textContent = text;
    note.className = warn ? "note warn" : "note";
    this._later("note", 8000, text && (() => this._note("")));
  }

  _fire(name, detail) {
    const event = { detail, bubbles: true, composed: true };
    this.element.dispatchEvent(new CustomEvent(`huashu:${name}`, event));
  }
}
