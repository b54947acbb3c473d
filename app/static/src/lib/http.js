/** Requests to our own server: JSON in and out, the CSRF header, problem documents as errors with a code. */

/** A request that did not succeed. `status` 0 means that no answer came: offline, or the server is away. */
export class Failure extends Error {
  constructor(status, problem = {}, retryAfter = 0) {
    super(problem.detail || problem.code || `HTTP ${status}`);
    this.status = status;
    this.code = problem.code || "";
    this.facts = problem;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later: no answer, too fast, or a server that cannot just now. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function csrfToken() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta ? meta.content : "";
}

/** The token of whoever is signed in by now: after a sign-in in another window the page's own is of a session that is over. */
async function renewToken() {
  const answer = await fetch(window.location.pathname, { credentials: "same-origin" }).catch(() => null);
  const text = answer && answer.ok ? await answer.text() : "";
  const [mine, theirs] = [document, new DOMParser().parseFromString(text, "text/html")].map((page) => page.querySelector('meta[name="csrf-token"]'));
  if (!mine || !theirs || mine.content === theirs.content) return false;
  mine.content = theirs.content;
  return true;
}

async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

/** `Retry-After` in milliseconds; only the form in seconds is used by our server. */
export function retryAfter(header) {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body] sent as JSON; a string is taken to be JSON already
 * @param {{headers?: Record<string, string>, keepalive?: boolean, timeout?: number}} [options] timeout in ms
 * @returns {Promise<any>} the decoded answer, or null when it has no body
 * @throws {Failure}
 */
export async function send(method, url, body, { headers = {}, keepalive = false, timeout = 20000 } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  const all = { Accept: "application/json", "X-CSRFToken": csrfToken(), ...headers };
  if (body !== undefined) all["Content-Type"] = "application/json";
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(url, { method, headers: all, body: text, keepalive, signal: stop.signal, credentials: "same-origin" });
    if (response.ok) return response.status === 204 ? null : await response.json();
  } catch {
    throw new Failure(0);
  } finally {
    clearTimeout(timer);
  }
  const problem = await problemOf(response);
  if (problem.code === "csrf" && await renewToken()) return send(method, url, body, { headers, keepalive, timeout });
  throw new Failure(response.status, problem, retryAfter(response.headers.get("Retry-After")));
}
