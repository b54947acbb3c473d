/** The decision of the desk: the button follows the field of its form, and asks for the reason that a verb needs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deciding } from "../../app/static/src/desk/decision.js";

/** An element with listeners; the row of the list bears data-hours as the field does, and stands before it. */
function element(more = {}) {
  const heard = {};
  return {
    value: "", textContent: "", hidden: true, dataset: {}, focused: false, attributes: {}, heard,
    addEventListener: (name, act) => { heard[name] = act; }, focus() { this.focused = true; },
    setAttribute(name, value) { this.attributes[name] = value; }, ...more,
  };
}

function desk(needs) {
  const row = element();
  const hours = element({ value: "36" });
  const said = element({ textContent: "36" });
  const reason = element({ dataset: { reason: needs } });
  const asked = element();
  const parts = { "[data-hours]": hours, "[data-hours-said]": said, "[data-reason]": reason, "[data-reason-asked]": asked };
  const form = element({ querySelector: (selector) => parts[selector] });
  const all = { "[data-decision]": form, ...parts, "[data-hours]": row };
  deciding({ querySelector: (selector) => all[selector] });
  const press = (value) => {
    let stopped = false;
    form.heard.click({ target: { closest: () => ({ value }) }, preventDefault: () => { stopped = true; } });
    return stopped;
  };
  return { row, hours, said, reason, asked, press };
}

test("the button says the hours of the field, and a row of the list is not listened to", () => {
  const { row, hours, said } = desk("return reject");
  hours.value = " 30 ";
  hours.heard.input();
  assert.equal(said.textContent, "30");
  assert.deepEqual(Object.keys(row.heard), []);
});

test("without a reason nothing is returned, and nothing with findings certified; it is asked for beside the field", () => {
  const { reason, asked, press } = desk("return reject certify");
  for (const verb of ["return", "reject", "certify"]) {
    Object.assign(reason, { focused: false, value: "  " });
    asked.hidden = true;
    assert.equal(press(verb), true, verb);
    assert.deepEqual([asked.hidden, reason.focused, reason.attributes["aria-invalid"]], [false, true, "true"]);
  }
  reason.value = "证书载明";
  assert.equal(press("certify"), false);
  assert.equal(press("return"), false);
});

test("a claim without findings is certified without a reason", () => {
  const { press, asked } = desk("return reject");
  assert.equal(press("certify"), false);
  assert.equal(press("pass"), false);
  assert.equal(asked.hidden, true);
});
