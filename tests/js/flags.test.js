/** Flags on their way: here at once, there a moment later, not lost without a network, not sent again when refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Flags } from "../../app/static/src/exam/flags.js";

function flagging(kept = "", stored = null, script = []) {
  const log = { puts: [], timers: [], stored };
  const flags = new Flags(kept, {
    put: async (questions) => {
      log.puts.push(questions);
      const fault = script.shift();
      if (fault) throw fault;
    },
    store: { load: () => log.stored, save: (state) => { log.stored = state; } },
    later: (act) => log.timers.push(act),
  });
  return { flags, log };
}

test("another device has what the server has", () => {
  assert.deepEqual(flagging("q1").flags.load(), ["q1"]);
  assert.deepEqual(flagging("q1", { questions: ["q2"], unsent: false }).flags.load(), ["q1"]);
});

test("what was flagged is here at once, and sent once a moment later", async () => {
  const { flags, log } = flagging();
  flags.save(["q1"]);
  flags.save(["q1", "q2"]);
  assert.deepEqual([log.puts, log.timers.length, log.stored.unsent], [[], 1, true]);
  await log.timers.shift()();
  assert.deepEqual([log.puts, log.stored.unsent], [[["q1", "q2"]], false]);
});

test("without a network it waits, over a reload too, and counts more than the server's", async () => {
  const { flags, log } = flagging("q9", null, [{ passing: true }]);
  flags.save(["q1"]);
  await flags.send();
  assert.equal(log.stored.unsent, true);
  const after = flagging("q9", log.stored);
  assert.deepEqual([after.flags.load(), after.log.timers.length], [["q1"], 1]);
  await after.flags.send();
  await after.flags.send();
  assert.deepEqual(after.log.puts, [["q1"]]);
});

test("who is signed out loses no flag", async () => {
  const { flags, log } = flagging("", null, [{ passing: false, status: 401 }]);
  flags.save(["q1"]);
  await flags.send();
  await flags.send();
  assert.deepEqual([log.puts, log.stored.unsent], [[["q1"], ["q1"]], false]);
});

test("what is refused is not sent again", async () => {
  const { flags, log } = flagging("", null, [{ passing: false }]);
  flags.save(["q1"]);
  await flags.send();
  await flags.send();
  assert.equal(log.puts.length, 1);
});

test("a flag set while the last ones travel is still to be sent", async () => {
  let arrive;
  const log = { stored: null };
  const flags = new Flags("", {
    put: () => new Promise((done) => { arrive = done; }),
    store: { load: () => null, save: (state) => { log.stored = state; } }, later: () => {},
  });
  flags.save(["q1"]);
  const sending = flags.send();
  flags.save(["q1", "q2"]);
  arrive();
  await sending;
  assert.equal(log.stored.unsent, true);
});
