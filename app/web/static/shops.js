// The choice of a shop, where there are several.

import { get } from "./api.js";
import { byId, el } from "./dom.js";

/** Fills the choice; it stays hidden with a single shop, or when shops can not be told. */
export async function openShops() {
  let shops = [];
  try {
    ({ shops } = await get("v1/shops"));
  } catch {
    // The default shop answers; what is wrong shows at the first question.
  }
  if (shops.length < 2) return;
  byId("shop").replaceChildren(...shops.map(option));
  byId("shop-field").hidden = false;
}

const option = ({ id, name, state }) =>
  el("option", { value: id }, state === "broken" ? `${name ?? id}（话术库有错误）` : name ?? id);
