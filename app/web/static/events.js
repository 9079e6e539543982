// Conversations that plugins tell of, as the service sends them on. Where it has no such route,
// the page does not name one, and everything is done by hand.

import { listen } from "./api.js";
import { byId } from "./dom.js";
import { customerSent, keepTalks, markAnswered, talkNow, talkWith } from "./talks.js";

/** Starts listening. `changed` runs with a conversation whose message or answer is new. */
export function openEvents(changed) {
  const path = byId("main").dataset.events;
  if (!path) return;
  listen(path, {
    message: (event) => changed(heard(event)),
    suggestions: (event) => {
      const talk = talkWith(event.conversation_id);
      if (!talk || talk.answered) return;
      talk.answer = event.answer;
      keepTalks();
      if (talk === talkNow()) changed(talk);
    },
    answered: (event) => {
      const talk = talkWith(event.conversation_id);
      if (talk) markAnswered(talk);
    },
  });
}

function heard({ conversation_id: id, message, received_at: at, customer_name: name, ...more }) {
  const received = Date.parse(at);
  const fields = { shop: more.shop ?? "", platform: more.platform ?? "" };
  if (name) fields.customerName = name;
  return customerSent(id, {
    text: message,
    at: Number.isNaN(received) ? Date.now() : Math.min(received, Date.now()),
    title: name ?? "",
    fields,
  });
}
