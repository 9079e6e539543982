// Talking to the service. Paths are relative, so the page also works below a prefix.

const PATIENCE = 10_000; // milliseconds until a silent service counts as away

/** The service could not be reached. */
export class Away extends Error {}

/** The service refused: the text is its own Chinese words (problem+json) or says the status. */
export class Problem extends Error {}

/**
 * Sends JSON and gives the answer's JSON. Raises Away, Problem, or AbortError when cancelled.
 * `patience` is for what is known to take long.
 */
export function post(path, body, signal, patience = PATIENCE) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  return send(path, { headers, body: JSON.stringify(body) }, signal, patience);
}

/** Asks for JSON; `fields` become the query. Raises as `post` does. */
export async function get(path, fields = {}, signal) {
  const query = new URLSearchParams(fields).toString();
  const options = { headers: { Accept: "application/json" }, cache: "no-store" };
  const response = await reach(query ? `${path}?${query}` : path, options, signal);
  needsSignIn(response.status === 401);
  if (!response.ok) throw new Problem(await explain(response));
  return response.json();
}

/**
 * Hears what the service sends by itself; gives the EventSource. `handlers` take each kind's JSON.
 * The browser connects again when the connection is lost, and gives up when it is refused.
 */
export function listen(path, handlers) {
  const source = new EventSource(path);
  for (const [kind, handler] of Object.entries(handlers)) {
    source.addEventListener(kind, ({ data }) => handler(JSON.parse(data)));
  }
  return source;
}

/** As `post`, with a form; fields without a value are left out. */
export function postForm(path, fields, signal) {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  // Without problem+json the service refuses a form in plain text.
  const headers = { Accept: "application/json, application/problem+json" };
  return send(path, { headers, body: new URLSearchParams(given) }, signal);
}

async function send(path, options, signal, patience = PATIENCE) {
  const headers = { ...options.headers, ...proof() };
  const response = await reach(path, { method: "POST", ...options, headers }, signal, patience);
  needsSignIn(response.status === 401);
  if (!response.ok) throw new Problem(await explain(response));
  return response.status === 204 ? null : response.json();
}

/** The header that a signed-in page sends with whatever changes something; none otherwise. */
export function proof() {
  const found = /(?:^|; )huashu_csrf=([^;]*)/.exec(document.cookie);
  return found ? { "X-CSRF-Token": found[1] } : {};
}

/**
 * Says at the head of the page that one has to sign in again, as long as that is so. The page
 * stays as it is: what has been typed is not lost, and signing in in another tab will do.
 */
export function needsSignIn(ended) {
  const shown = document.getElementById("signed-out");
  if (!ended || shown) {
    if (!ended) shown?.remove();
    return;
  }
  const page = location.pathname.split("/").pop() + location.search;
  const link = document.createElement("a");
  link.href = `signin?next=${encodeURIComponent(page)}`;
  link.textContent = "重新登录";
  const banner = document.createElement("p");
  banner.id = "signed-out";
  banner.className = "banner";
  banner.setAttribute("role", "alert");
  banner.append("登录已失效，已输入的内容还在。", link);
  document.body.prepend(banner);
}

/** True when the service says that it is alive. */
export async function alive() {
  try {
    return (await reach("healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

async function reach(path, options, signal, patience = PATIENCE) {
  const limit = AbortSignal.timeout(patience);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  try {
    return await fetch(path, { ...options, signal: either });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Away("服务暂时连不上，恢复后会自动重试。");
  }
}

async function explain(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // Not JSON: a proxy's page, for instance. The status has to do.
  }
  const words = [problem.title, problem.detail].filter((part) => typeof part === "string" && part);
  if (words.length) return [...new Set(words)].join("：");
  return `服务没有正常回答（HTTP ${response.status}）。请稍后再试。`;
}
