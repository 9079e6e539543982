// A made-up chat: what a host's page does by itself. It knows nothing of the widget but its events.

const byId = (id) => document.getElementById(id);

function say(who, text) {
  const line = document.createElement("li");
  line.className = who;
  const name = document.createElement("span");
  name.textContent = who === "customer" ? "客户" : "客服";
  const words = document.createElement("p");
  words.textContent = text;
  line.append(name, words);
  byId("talk").append(line);
  line.scrollIntoView({ block: "nearest" });
}

function send() {
  const text = byId("reply").value.trim();
  if (!text) return;
  say("agent", text);
  byId("reply").value = "";
}

function note(event) {
  const { id, entry_id, how, decision, code, suggestions } = event.detail;
  const known = { id, entry_id, how, decision, code, suggestions: suggestions?.length };
  const line = document.createElement("li");
  line.textContent = `${event.type} ${JSON.stringify(known)}`;
  byId("log").prepend(line);
}

byId("send").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
byId("reply").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
byId("say").addEventListener("submit", (event) => {
  event.preventDefault();
  if (byId("words").value.trim()) say("customer", byId("words").value.trim());
  byId("words").value = "";
});
byId("samples").addEventListener("click", ({ target }) => {
  if (target.matches("button")) say("customer", target.textContent);
});
byId("access")?.addEventListener("submit", (event) => {
  event.preventDefault();
  byId("side").firstElementChild?.panel.update({ key: byId("key").value });
});
for (const name of ["suggestion", "copied", "error"]) {
  document.addEventListener(`huashu:${name}`, note);
}
