// Questions asked while typing: only the latest counts, so answers can not arrive out of order.

export class Latest {
  /** `work(signal)` is async and stops at its own abort; `wait` is the pause in typing, in ms. */
  constructor(work, wait) {
    this.work = work;
    this.wait = wait;
    this.timer = null;
    this.controller = null;
  }

  /** True while an answer is still to come. */
  get pending() {
    return this.timer !== null || this.controller !== null;
  }

  /** Asks after the pause; whatever was asked before is dropped. */
  soon() {
    this.cancel();
    this.timer = setTimeout(() => this.now(), this.wait);
  }

  /** Asks at once. */
  async now() {
    this.cancel();
    const controller = new AbortController();
    this.controller = controller;
    try {
      await this.work(controller.signal);
    } finally {
      if (this.controller === controller) this.controller = null;
    }
  }

  /** Drops what was asked. */
  cancel() {
    clearTimeout(this.timer);
    this.timer = null;
    this.controller?.abort();
    this.controller = null;
  }
}
