// Talking to the service. Paths are relative, so the page also works below a prefix.

const PATIENCE = 10_000; // milliseconds until a silent service counts as away

/** The service could not be reached. */
export class Away extends Error {}

/** The service refused: the text is its own Chinese words (problem+json) or says the status. */
export class Problem extends Error {}

/** Sends JSON and gives the answer's JSON. Raises Away, Problem, or AbortError when cancelled. */
export async function post(path, body, signal) {
  const response = await reach(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  }, signal);
  if (!response.ok) throw new Problem(await explain(response));
  return response.json();
}

/** True when the service says that it is alive. */
export async function alive() {
  try {
    return (await reach("healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

async function reach(path, options, signal) {
  const limit = AbortSignal.timeout(PATIENCE);
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
