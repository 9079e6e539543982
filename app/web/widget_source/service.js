// Talking to the service.

const PATIENCE = 10000; // milliseconds until a silent service counts as away

/** A call failed. `_code`: away, key, busy or refused; status 0 without an answer. */
class Failure extends Error {
  constructor(code, message, status = 0, wait = 0) {
    super(message);
    this._code = code;
    this._status = status;
    this._wait = wait;
  }
}

/**
 * Posts JSON and gives the answer's JSON. Raises Failure; what it raises when `signal` fires is
 * nobody's business. No cookies travel: the key is the only thing that opens the service.
 */
async function call({ service, key }, path, body, { signal } = {}) {
  const headers = { "Content-Type": "application/json" };
  // A key with other signs than these is wrong; encoded, the service can say so.
  if (key) headers.Authorization = `Bearer ${encodeURI(key.trim())}`;
  const cut = new AbortController();
  const stop = () => cut.abort();
  const timer = setTimeout(stop, PATIENCE);
  if (signal) signal.addEventListener("abort", stop);
  let response;
  let text;
  try {
    response = await fetch(service + path, {
      method: "POST", headers, body: JSON.stringify(body), signal: cut.signal,
      credentials: "omit", keepalive: !signal, // reports survive leaving the page
    });
    text = await response.text();
  } catch {
    throw new Failure("away", "连不上话术服务");
  } finally {
    clearTimeout(timer);
  }
  return read(response, text);
}

function read({ ok, status, headers }, text) {
  let answer = {};
  try {
    answer = JSON.parse(text);
    if (ok) return answer;
  } catch {
    // A proxy's page, for instance; the status has to do.
  }
  const told = answer.detail || answer.title || `服务没有正常回答（${status}）`;
  if (status === 401 || status === 403) throw new Failure("key", told, status);
  if (status === 429) throw new Failure("busy", told, status, headers.get("Retry-After"));
  throw new Failure(status > 501 && !answer.code ? "away" : "refused", told, status);
}
