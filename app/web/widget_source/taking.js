// What happens when a reply is taken: into the host's box, to the clipboard, or not at all.

/**
 * Whether the reply at this place is what the agent sees and may be used. Waits until the texts
 * hold what was filled in. Blanks hold it back once, and the first empty field gets the focus.
 */
async function usable(panel, place, force) {
  if (panel._timers.fill) panel._ask(true, true);
  const { _asked: asked, _pending: pending, answer } = panel;
  if (pending) {
    if (asked._refill) await pending;
    if (!asked._done || !answer || idsOf(answer) !== idsOf(panel.answer)) {
      panel._note("消息刚改过，请看过新的建议再用", true);
      return false;
    }
  }
  const reply = panel._reply(place);
  if (!reply) return false;
  const blanks = blanksIn(reply);
  if (!blanks.length || force || panel._held === place) return true;
  panel._held = place;
  const fields = panel._parts._cards.children[place - 1].querySelectorAll("input");
  const empty = [...fields].find((one) => !one.value);
  if (empty) empty.focus();
  panel._note(`待填：${blanks.join("")}。请补上，或再按一次原样使用`, true);
  return false;
}

async function insert(panel, place, force) {
  const box = find(panel.options.target);
  if (!box || box.disabled || box.readOnly) return copy(panel, place, force, true);
  if (!(await usable(panel, place, force))) return false;
  const reply = panel._reply(place);
  const { id } = panel.answer;
  const earlier = panel._draft;
  const text = box.tagName === "INPUT" ? reply.text.replace(/\n+/g, " ") : reply.text;
  const whole = put(box, text, earlier && earlier._text);
  if (earlier) earlier._end();
  panel._draft = watchDraft(box, text, (outcome, sent) => {
    panel._draft = null;
    panel._report(id, reply.entry_id, outcome, sent);
  });
  panel._note(whole ? `已填入第 ${place} 条` : "输入框没有放下全文，请检查", !whole);
  taken(panel, reply, text, "inserted");
  return true;
}

async function copy(panel, place, force, noBox) {
  if (!(await usable(panel, place, force))) return false;
  const reply = panel._reply(place);
  if (!(await copyText(reply.text, panel._root))) {
    panel._note("浏览器不允许复制，请手动选中", true);
    return false;
  }
  panel._note(`${noBox ? "找不到能用的输入框，" : ""}已复制第 ${place} 条`, noBox);
  panel._report(panel.answer.id, reply.entry_id, "sent", reply.text);
  taken(panel, reply, reply.text, "copied");
  return true;
}

function taken(panel, reply, text, how) {
  panel._held = 0;
  const { entry_id } = reply;
  panel._fire("copied", { id: panel.answer.id, entry_id, text, how, missing: blanksIn(reply) });
}
