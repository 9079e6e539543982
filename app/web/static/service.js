// Whether the service answers, and serves the newest files of the phrasebook: the mark in the head
// of the page and the banners.

import { alive, get } from "./api.js";
import { byId, show } from "./dom.js";

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
  if (reachable) await tellBook();
  schedule(reachable ? CALM : EAGER);
}

function schedule(wait) {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

/** Says what is wrong with files that were saved: the last good ones are served meanwhile. */
async function tellBook() {
  const banner = byId("book-problem");
  const shop = byId("shop")?.value;
  if (!banner) return;
  try {
    const { problem, findings } = await get("v1/phrasebook", shop ? { shop } : {});
    const [first] = findings;
    const more = findings.length > 1 ? `（共 ${findings.length} 处）` : "";
    const said = first ? `${first.place} ${first.message}${first.hint}${more}` : problem;
    show(banner, problem ? `话术库的文件有错误，仍用上一版回答。${said}` : "");
  } catch {
    // The next look tells.
  }
}
