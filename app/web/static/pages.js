// What the pages that the service renders have in common: `/` leads to the search box, and htmx
// says in plain words when the service refuses or is away.

import { needsSignIn } from "./api.js";
import { byId, show } from "./dom.js";
import { noteService, watchService } from "./service.js";

const isField = (node) => node.matches("textarea, select, input");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("input[type=search]");
  if (!search || isField(event.target)) return;
  event.preventDefault();
  search.focus();
  search.select();
});

document.body.addEventListener("htmx:sendError", () => {
  show(byId("problem"), "服务暂时连不上，请稍后再试。");
  noteService(false);
});
document.body.addEventListener("htmx:timeout", () => {
  show(byId("problem"), "服务很久没有回答，请稍后再试。");
});
document.body.addEventListener("htmx:responseError", ({ detail }) => {
  const { status, responseText } = detail.xhr;
  if (status === 401) return needsSignIn(true);
  const page = new DOMParser().parseFromString(responseText, "text/html");
  const said = page.getElementById("problem")?.textContent;
  show(byId("problem"), said || `服务没有正常回答（HTTP ${status}）。请刷新页面后再试。`);
});
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  show(byId("problem"), "");
  if (detail.target.id !== "entry") return;
  const { searchParams } = new URL(location.href);
  markChosen(searchParams.get("entry"));
  byId("entry").focus({ preventScroll: true }); // so that a screen reader goes on there
});

/** The chosen entry is marked in the list, which is not drawn anew. */
function markChosen(id) {
  for (const link of document.querySelectorAll(".found a")) {
    const own = new URL(link.href).searchParams.get("entry");
    if (own === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

watchService(() => show(byId("problem"), ""));
