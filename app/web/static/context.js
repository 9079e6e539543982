// What the agent knows of the conversation: the form's values. Those of the last conversation are
// kept for the next visit.

import { byId, el } from "./dom.js";
import { keepTalks, talkNow } from "./talks.js";

const STORE = "huashu.context";
const SELECTS = ["platform", "stage", "order", "shop"];
const OF_THE_AGENT = ["platform", "shop"]; // which stay for the next customer

/** Fills the form with what was kept and calls `changed(field)` on every change. */
export function openContext(changed) {
  // In a side panel the suggestions come first.
  if (matchMedia("(max-width: 600px)").matches) byId("more").open = false;
  const talk = talkNow();
  if (!Object.keys(talk.fields).length) talk.fields = read();
  showFields(talk);
  for (const id of [...SELECTS, "later"]) byId(id).addEventListener("change", keepAnd(changed));
  byId("customer-name").addEventListener("input", keepAnd(changed));
}

/** Puts a conversation's values into the form. */
export function showFields({ fields }) {
  if (fields.shop && ![...byId("shop").options].some(({ value }) => value === fields.shop)) {
    byId("shop").append(el("option", { value: fields.shop, text: fields.shop }));
  }
  for (const id of SELECTS) {
    const field = byId(id);
    field.value = fields[id] ?? "";
    if (field.selectedIndex < 0) field.selectedIndex = 0;
  }
  byId("customer-name").value = fields.customerName ?? "";
  byId("later").checked = fields.later === true;
}

/** The values that a new customer begins with: platform and shop stay. */
export const nextFields = () =>
  Object.fromEntries(OF_THE_AGENT.map((id) => [id, byId(id).value]));

/** The conversation goes on: no second greeting. */
export function conversationGoesOn() {
  byId("later").checked = true;
  keep();
}

/** Takes a value that a card asked for; the customer's name belongs to the form. */
export function setVariable(name, value) {
  const talk = talkNow();
  if (name === "customer_name") byId("customer-name").value = value;
  else talk.variables = { ...talk.variables, [name]: value };
  keep();
}

/** The values that were typed, by name. */
export function typedVariables() {
  const name = byId("customer-name").value.trim();
  return name ? { ...talkNow().variables, customer_name: name } : talkNow().variables;
}

/** The fields of a request for suggestions, besides the message. */
export function conversationFields() {
  const given = Object.entries(typedVariables()).filter(([, value]) => value.trim());
  return {
    ...rulesFields(),
    order: byId("order").value || null,
    turn: byId("later").checked ? "later" : "first",
    variables: Object.fromEntries(given),
    conversation_id: talkNow().id,
  };
}

/** The fields that choose the book and the rules for a text. */
export const rulesFields = () => ({
  shop: shopNow() || null,
  platform: byId("platform").value || null,
  stage: byId("stage").value || null,
});

/** The shop that is worked for; "" is the default one. */
export const shopNow = () => byId("shop").value;

const keepAnd = (changed) => (event) => {
  keep();
  changed(event.target.id);
};

function keep() {
  const fields = { later: byId("later").checked, customerName: byId("customer-name").value };
  for (const id of SELECTS) fields[id] = byId(id).value;
  talkNow().fields = fields;
  keepTalks();
  try {
    localStorage.setItem(STORE, JSON.stringify(fields));
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
