// Telling the service what was shown and sent. It must never stand in an agent's way.

import { Away, post } from "./api.js";
import { byId, show } from "./dom.js";

/** Reports an outcome: displayed, sent or edited. A failure is mentioned quietly. */
export async function report(suggestionId, entryId, outcome, text) {
  try {
    const body = { suggestion_id: suggestionId, entry_id: entryId, outcome };
    await post("v1/feedback", text === undefined ? body : { ...body, text });
    show(byId("quiet"), "");
  } catch (error) {
    if (!(error instanceof Away)) show(byId("quiet"), `使用记录没有存上：${error.message}`);
  }
}
