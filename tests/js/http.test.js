/** Requests to our own server: a token that has become old is renewed once, and the same request sent again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { send } from "../../app/static/src/lib/http.js";

/** A page whose token is "old" beside a server that wants `token`; of the page it gives the one that stands in it now. */
function browser(token, shown) {
  const sent = [];
  const meta = { content: "old" };
  globalThis.window = { location: { pathname: "/exams/attempts/1" } };
  globalThis.document = { querySelector: () => meta };
  globalThis.DOMParser = class {
    parseFromString(text) {
      return { querySelector: () => (text ? { content: text } : null) };
    }
  };
  globalThis.fetch = async (url, { method, headers, body } = {}) => {
    if (!method) return { ok: true, text: async () => shown };
    sent.push([headers["X-CSRFToken"], body]);
    const fits = headers["X-CSRFToken"] === token;
    return { ok: fits, status: fits ? 200 : 403, headers: { get: () => null }, json: async () => (fits ? { rev: 1 } : { code: "csrf", detail: "old" }) };
  };
  return sent;
}

test("after a sign-in in another window the request goes out again with its token", async () => {
  const sent = browser("new", "new");
  assert.deepEqual(await send("PUT", "/api/v1/x", { rev: 1 }), { rev: 1 });
  assert.deepEqual(sent, [["old", '{"rev":1}'], ["new", '{"rev":1}']]);
});

for (const [name, shown] of [["the page has no other token", "old"], ["the page is not to be had", ""]]) {
  test(`where ${name} the refusal stands`, async () => {
    const sent = browser("new", shown);
    await assert.rejects(send("PUT", "/api/v1/x", {}), { status: 403, code: "csrf" });
    assert.equal(sent.length, 1);
  });
}
