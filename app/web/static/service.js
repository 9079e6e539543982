// Whether the service answers: the mark in the head of the page and the banner.

import { alive } from "./api.js";
import { byId } from "./dom.js";

const CALM = 5_000; // milliseconds between looks while all is well
const EAGER = 1_500; // and while the service is away

let reachable = null;
let timer = null;
let whenBack = () => {};

/** Starts watching. `onBack` runs each time the service has come back. */
export function watchService(onBack) {
  whenBack = onBack;
  look();
}

/** Says what a call has just shown: the service answered, or it did not. */
export function noteService(answers) {
  const cameBack = reachable === false && answers;
  reachable = answers;
  byId("away").hidden = answers;
  byId("service").className = `service ${answers ? "up" : "down"}`;
  byId("service-text").textContent = answers ? "服务正常" : "服务断开";
  if (!answers) schedule(EAGER);
  if (cameBack) whenBack();
}

async function look() {
  noteService(await alive());
  schedule(reachable ? CALM : EAGER);
}

function schedule(wait) {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}
