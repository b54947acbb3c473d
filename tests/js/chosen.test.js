/** What is chosen at the desk: kept over pages, and let go once it is decided by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { choosing } from "../../app/static/src/desk/chosen.js";

function element(more = {}) {
  const heard = {};
  return { value: "", textContent: "", hidden: true, checked: false, dataset: {}, heard, addEventListener: (name, act) => { heard[name] = act; }, ...more };
}

/** A desk of one claim, which is the one that is shown. */
function desk(uid, hours) {
  const row = element({ dataset: { hours, risk: "0" }, classList: { toggle() {} } });
  const box = element({ value: uid, closest: () => row });
  const said = element();
  const none = element();
  const form = element({ querySelector: (selector) => ({ "[data-chosen]": said, "[data-none]": none })[selector] || null });
  const decision = element();
  const all = { "#many": form, "[data-decision]": decision, "[data-here] input[name=claim]": box };
  choosing({ querySelector: (selector) => all[selector] || null, querySelectorAll: () => [box] }, (name, facts) => `${name} ${facts.n} ${facts.hours}`);
  return { box, said, decision };
}

test("a claim that is decided by itself is no longer among those that are chosen", () => {
  const store = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value), removeItem: (key) => store.delete(key),
  };
  const first = desk("one", "16");
  first.box.checked = true;
  first.box.heard.change();
  assert.equal(first.said.textContent, "chosen 1 16");
  first.decision.heard.submit();
  const next = desk("two", "4");
  assert.equal(next.said.hidden, true);
  assert.deepEqual(JSON.parse(store.get("desk-chosen")), []);
});
