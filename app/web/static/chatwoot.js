// The dashboard app: Chatwoot says which conversation is open, this page suggests replies.
// What Chatwoot says is not signed: it chooses what is shown, and never counts as a login.

const parentOrigin = document.querySelector('meta[name="huashu-parent"]').content;
const KEY = "huashu-key";
const MOST = 50;
const byId = (id) => document.getElementById(id);
let asked = null; // the conversation and messages that are shown
let going = null; // the request under way

function say(text) {
  byId("status").textContent = text;
}

/** The customer's messages since the last public reply, oldest first. */
function waiting(messages) {
  const open = [];
  for (const message of messages ?? []) {
    if (message?.private || typeof message?.content !== "string" || !message.content.trim()) continue;
    if (message.message_type === 0 || message.message_type === "incoming") open.push(message.content);
    else if (message.message_type === 1 || message.message_type === "outgoing") open.length = 0;
  }
  return open.slice(-MOST);
}

function onMessage(event) {
  if (event.origin !== parentOrigin || event.source !== window.parent) return;
  let told;
  try {
    told = typeof event.data === "string" ? JSON.parse(event.data) : null;
  } catch {
    return;
  }
  if (told?.event !== "appContext" || typeof told.data !== "object" || told.data === null) return;
  const { conversation, contact } = told.data;
  asked = {
    messages: waiting(conversation?.messages),
    conversation_id: `chatwoot:${conversation?.account_id ?? ""}:${conversation?.id ?? ""}`.slice(0, 200),
    customer: typeof contact?.name === "string" ? contact.name.slice(0, 200) : "",
  };
  suggest();
}

async function suggest() {
  going?.abort();
  going = new AbortController();
  byId("replies").replaceChildren();
  byId("message").hidden = !asked.messages.length;
  byId("message").textContent = asked.messages.join("\n");
  if (!asked.messages.length) return say("客户没有在等回复的消息。");
  say("正在找回复……");
  try {
    draw(await ask(going.signal));
  } catch (error) {
    if (error.name !== "AbortError") say(error.message);
  }
}

async function ask(signal) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const key = remembered();
  if (key) headers.Authorization = `Bearer ${key}`;
  const body = {
    messages: asked.messages,
    conversation_id: asked.conversation_id,
    variables: asked.customer ? { customer_name: asked.customer } : {},
  };
  let response;
  try {
    response = await fetch("/v1/suggestions", { method: "POST", headers, body: JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("话术服务暂时连不上，请稍后再试。");
  }
  byId("key-form").hidden = response.status !== 401 && response.status !== 403;
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail || `话术服务没有正常回答（HTTP ${response.status}）。`);
}

function draw(answer) {
  const words = { answer: "建议的回复：", choose: "有几种可能，请按客户的意思选：", none: "没有把握的回复，请人工回答。" };
  say(words[answer.decision] ?? "");
  const shown = answer.suggestions.length || !answer.fallback ? answer.suggestions : [answer.fallback];
  byId("replies").replaceChildren(...shown.map((made) => card(made, answer.id)));
}

function card(made, id) {
  const item = document.createElement("li");
  const title = document.createElement("h2");
  title.textContent = made.title;
  const text = document.createElement("p");
  text.className = "reply";
  text.textContent = made.text;
  item.append(title, text);
  const notes = made.findings.map((finding) => finding.message);
  if (made.variables.missing.length) notes.unshift(`发送前请补上：${made.variables.missing.join("、")}`);
  for (const words of notes) {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = words;
    item.append(note);
  }
  const copy = document.createElement("button");
  copy.type = "button";
  copy.textContent = "复制";
  copy.addEventListener("click", () => copied(made, id, copy));
  item.append(copy);
  return item;
}

async function copied(made, id, button) {
  try {
    await navigator.clipboard.writeText(made.text);
  } catch {
    byOldWay(made.text); // Chatwoot's frame does not allow the clipboard by itself
  }
  button.textContent = "已复制";
  const headers = { "Content-Type": "application/json" };
  const key = remembered();
  if (key) headers.Authorization = `Bearer ${key}`;
  const body = JSON.stringify({ suggestion_id: id, entry_id: made.entry_id, outcome: "sent", text: made.text });
  fetch("/v1/feedback", { method: "POST", headers, body }).catch(() => {});
}

function byOldWay(text) {
  const box = document.createElement("textarea");
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}

function remembered() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // storage of frames is switched off
  }
}

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  try {
    localStorage.setItem(KEY, byId("key").value.trim());
  } catch {
    say("浏览器不让这个页面记住密钥。");
  }
  byId("key").value = "";
  if (asked) suggest();
});
window.addEventListener("message", onMessage);
window.parent.postMessage("chatwoot-dashboard-app:fetch-info", parentOrigin);
