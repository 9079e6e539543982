// What the agent knows of the conversation: the form's values, kept for the next visit.

import { byId } from "./dom.js";

const STORE = "huashu.context";
const SELECTS = ["platform", "stage", "order"];

let conversation = newId();

/** Fills the form with what was kept and calls `changed` on every change. */
export function openContext(changed) {
  const kept = read();
  for (const id of SELECTS) {
    const field = byId(id);
    field.value = kept[id] ?? "";
    if (field.selectedIndex < 0) field.value = "";
  }
  byId("customer-name").value = kept.customerName ?? "";
  byId("later").checked = kept.later === true;
  for (const id of [...SELECTS, "later"]) byId(id).addEventListener("change", keepAnd(changed));
  byId("customer-name").addEventListener("input", keepAnd(changed));
}

/** Forgets one customer; the platform stays. */
export function nextCustomer() {
  for (const id of ["stage", "order", "customer-name"]) byId(id).value = "";
  byId("later").checked = false;
  conversation = newId();
  keep();
}

/** The fields of a request for suggestions, besides the message. */
export function conversationFields() {
  const name = byId("customer-name").value.trim();
  return {
    ...rulesFields(),
    order: byId("order").value || null,
    turn: byId("later").checked ? "later" : "first",
    variables: name ? { customer_name: name } : {},
    conversation_id: conversation,
  };
}

/** The fields that choose the rules for a text. */
export const rulesFields = () => ({
  platform: byId("platform").value || null,
  stage: byId("stage").value || null,
});

const keepAnd = (changed) => () => {
  keep();
  changed();
};

function keep() {
  const kept = { later: byId("later").checked, customerName: byId("customer-name").value };
  for (const id of SELECTS) kept[id] = byId(id).value;
  try {
    localStorage.setItem(STORE, JSON.stringify(kept));
  } catch {
    // Storage is switched off: the form just starts empty next time.
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

/** crypto.randomUUID is missing on plain http, so the random numbers are taken directly. */
function newId() {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return Array.from(numbers, (n) => n.toString(16).padStart(8, "0")).join("");
}
