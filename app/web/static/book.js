// What the page knows of a shop's phrasebook: names of variables, and limits for answering.

import { get } from "./api.js";

const NOTHING = { variables: [], limits: { first_reply: null, at_once: [] } };
let asked = null; // the shop that was asked for last
let book = NOTHING;

/** Reads a shop's phrasebook ("" is the default shop); what was known stays when that fails. */
export async function loadBook(shop) {
  asked = shop;
  try {
    const found = await get("v1/phrasebook", shop ? { shop } : {});
    if (asked === shop) book = found;
  } catch {
    // Suggestions fail in the same way and say why.
  }
}

/** The Chinese name of a variable, or its id. */
export const variableTitle = (name) => variable(name)?.title ?? name;

/** An example of a variable's value, or "". */
export const variableExample = (name) => variable(name)?.example ?? "";

/** Whether an agent can fill it in: facts of the shop, such as shop.gift, only trainers can. */
export const canFill = (name) => !name.startsWith("shop.");

/** Names in the order of the book. */
export function inBookOrder(names) {
  const order = book.variables.map(({ id }) => id);
  const place = (name) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...new Set(names)].sort((a, b) => place(a) - place(b));
}

/**
 * Seconds within which a customer has to be answered, or null. The first reply of a conversation
 * has a limit of its own; later ones depend on how many customers are served: the first tier that
 * is not below their number, or the last one.
 */
export function limitFor(customers, isFirst) {
  const { first_reply: first, at_once: tiers } = book.limits;
  if (isFirst && first !== null) return first;
  const tier = tiers.find((t) => customers <= t.customers) ?? tiers.at(-1);
  return tier?.seconds ?? first;
}

const variable = (name) => book.variables.find(({ id }) => id === name);
