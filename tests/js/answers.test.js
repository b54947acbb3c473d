/** Answers on their way: newest value, one at a time, never one rev for two values. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Answers } from "../../app/static/src/exam/answers.js";
import { isAnswered, isWhole } from "../../app/static/src/exam/paper.js";

const failure = (status, facts = {}) => Object.assign(new Error(`${status}`), { status, facts, retryAfter: 0, passing: status === 0 || status >= 500 || status === 429 });

function server(kept = null) {
  const log = { puts: [], held: {}, told: [], timers: [], script: [], stored: kept };
  const answers = new Answers({
    put: async (question, { rev, value }) => {
      log.puts.push([question, rev, value]);
      await null;
      const step = log.script.shift();
      if (step && step.before) throw step.before;
      const held = log.held[question];
      if (held && (held.rev > rev || (held.rev === rev && held.value !== value))) throw failure(409, { current: held.rev });
      log.held[question] = { rev, value };
      if (step && step.after) throw step.after;
    },
    store: { load: () => log.stored, save: (state) => { log.stored = JSON.parse(JSON.stringify(state)); }, clear: () => { log.stored = null; } },
    later: (act, ms) => log.timers.push({ act, ms }),
    tell: (event) => log.told.push(event),
  });
  return { answers, log };
}
const settle = async () => { for (let turn = 0; turn < 40; turn += 1) await null; };

test("each change of a question takes the next rev", async () => {
  const { answers, log } = server();
  answers.begin({ q1: 3 });
  answers.change("q1", "a");
  await settle();
  answers.change("q1", "b");
  await settle();
  assert.deepEqual(log.puts, [["q1", 4, "a"], ["q1", 5, "b"]]);
  assert.deepEqual(log.stored, {});
});

test("while one answer is under way only the newest of the others is sent", async () => {
  const { answers, log } = server();
  answers.begin({});
  answers.change("q1", "a");
  answers.change("q2", "x");
  answers.change("q2", "y");
  answers.change("q2", "z");
  await settle();
  assert.deepEqual(log.puts, [["q1", 1, "a"], ["q2", 3, "z"]]);
  assert.deepEqual(log.told, [{ kind: "saved" }]);
});

test("a value changed while its sending is unsure gets a new rev, and the newest is what stands", async () => {
  const { answers, log } = server();
  answers.begin({});
  log.script = [{ after: failure(0) }];
  answers.change("q1", "a");
  await settle();
  answers.change("q1", "b");
  log.timers[0].act();
  await settle();
  assert.deepEqual(log.held.q1, { rev: 2, value: "b" });
  assert.equal(answers.pending, 0);
});

test("offline, answers wait on this machine and are sent once when the net is back", async () => {
  const { answers, log } = server();
  answers.begin({});
  log.script = [{ before: failure(0) }, { before: failure(503) }];
  answers.change("q1", "a");
  await settle();
  answers.change("q2", "b");
  await settle();
  assert.deepEqual(Object.keys(log.stored), ["q1", "q2"]);
  log.timers[0].act();
  await settle();
  log.timers[1]?.act();
  await settle();
  assert.deepEqual(log.held, { q1: { rev: 1, value: "a" }, q2: { rev: 1, value: "b" } });
  assert.deepEqual(log.stored, {});
});

test("after a reload the undelivered answers are put back and sent; older ones than the server's are not", async () => {
  const { answers, log } = server({ q1: { rev: 5, value: "mine" }, q2: { rev: 2, value: "old" } });
  assert.deepEqual(answers.begin({ q1: 4, q2: 2 }), [["q1", "mine"]]);
  await settle();
  assert.deepEqual(log.puts, [["q1", 5, "mine"]]);
});

test("a newer answer of another page stands, and the next change goes above it", async () => {
  const { answers, log } = server();
  log.held.q1 = { rev: 7, value: "theirs" };
  answers.begin({ q1: 3 });
  answers.change("q1", "mine");
  await settle();
  assert.equal(log.told[0].kind, "stale");
  answers.adopt("q1", log.told[0].facts.current);
  answers.change("q1", "mine again");
  await settle();
  assert.deepEqual(log.held.q1, { rev: 8, value: "mine again" });
});

for (const [status, kind] of [[410, "late"], [423, "superseded"], [403, "stopped"]]) {
  test(`${status} stops the saving as ${kind}`, async () => {
    const { answers, log } = server();
    answers.begin({});
    log.script = [{ before: failure(status, { device: "x" }) }];
    answers.change("q1", "a");
    await settle();
    answers.change("q1", "b");
    await settle();
    assert.equal(log.puts.length, 1);
    assert.equal(log.told[0].kind, kind);
    assert.deepEqual(Object.keys(log.stored), ["q1"]);
  });
}

test("after signing in again what waited is sent", async () => {
  const { answers, log } = server();
  answers.begin({});
  log.script = [{ before: failure(401) }];
  answers.change("q1", "a");
  await settle();
  assert.equal(log.told[0].kind, "signed_out");
  await answers.pump();
  assert.deepEqual(log.held.q1, { rev: 1, value: "a" });
});

test("what waited is sent when the attempt is bound to the new sign-in", async () => {
  const { answers, log } = server();
  answers.begin({});
  log.script = [{ before: failure(401) }, { before: failure(423) }];
  answers.change("q1", "a");
  await settle();
  answers.change("q2", "b");
  await settle();
  assert.deepEqual([log.told.map(({ kind }) => kind), answers.over], [["signed_out", "superseded"], true]);
  answers.resume();
  await settle();
  assert.deepEqual(log.held, { q1: { rev: 1, value: "a" }, q2: { rev: 1, value: "b" } });
});

test("an answer the server finds senseless is told and does not block the others", async () => {
  const { answers, log } = server();
  answers.begin({});
  log.script = [{ before: failure(422) }];
  answers.change("q1", "a");
  answers.change("q2", "b");
  await settle();
  assert.deepEqual(log.told.map(({ kind }) => kind), ["refused", "saved"]);
  assert.deepEqual(Object.keys(log.held), ["q2"]);
});

test("once handed in nothing stays behind", async () => {
  const { answers, log } = server();
  answers.begin({});
  answers.finish();
  answers.change("q1", "a");
  await settle();
  assert.equal(log.stored, null);
  assert.equal(log.puts.length, 0);
});

test("blanks and white space are no answer", () => {
  assert.deepEqual(["", "  ", [], [""], ["", " "], null, undefined].map(isAnswered), Array(7).fill(false));
  assert.deepEqual(["a", ["a"], ["", "b"]].map(isAnswered), [true, true, true]);
});

test("an answer with an empty blank, or a part of a case without one, is begun and not whole", () => {
  assert.deepEqual(["a", ["a"], ["a", "b"]].map((value) => isWhole(value)), [true, true, true]);
  assert.deepEqual(["", " ", [], ["a", ""], [" ", "b"], null].map((value) => isWhole(value)), Array(6).fill(false));
  const parts = ["p1", "p2"];
  assert.deepEqual([{ p1: "a", p2: ["b", "c"] }, { p1: "a" }, { p1: "a", p2: ["b", ""] }, {}].map((value) => isWhole(value, parts)), [true, false, false, false]);
});

test("what arrives while the page goes is kept for the next one, which may have been asked for before", async () => {
  const { answers, log } = server();
  answers.begin({ q1: 0 });
  answers.change("q1", "a");
  answers.leave();
  await settle();
  assert.deepEqual(log.held.q1, { rev: 1, value: "a" });
  const next = server(log.stored);
  next.log.held = log.held;
  assert.deepEqual(next.answers.begin({ q1: 0 }), [["q1", "a"]]);
  await settle();
  assert.deepEqual(next.log.stored, {});
  assert.deepEqual(next.log.told, [{ kind: "saved" }]);
});

test("who stays after all goes on as before", async () => {
  const { answers, log } = server();
  answers.begin({});
  answers.leave();
  answers.change("q1", "a");
  await settle();
  assert.deepEqual(log.stored, {});
});
