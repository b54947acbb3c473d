/** The order of beats: one at a time, the same bytes on every try, nothing lost and nothing twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BeatQueue } from "../../app/static/src/player/queue.js";

const failure = (status, code = "", more = {}) =>
  Object.assign(new Error(code), { status, code, facts: {}, retryAfter: 0, passing: status === 0 || status === 429 || status >= 500, ...more });

/** A server of the protocol: token after each seq is "t<seq>", accepted beats answer again. */
function college() {
  const log = { posts: [], beacons: [], told: [], granted: [], timers: [], script: [], stored: null };
  const answers = new Map();
  let seq = 0;
  const take = (text) => {
    const beat = JSON.parse(text);
    if (answers.has(beat.seq)) {
      assert.equal(answers.get(beat.seq).text, text, "a repetition is the same bytes");
      return answers.get(beat.seq).answer;
    }
    if (beat.seq !== seq + 1) throw failure(409, "bad_seq");
    if (beat.token !== `t${seq}`) throw failure(409, "stale_token");
    seq = beat.seq;
    log.granted.push([beat.from_ms, beat.to_ms]);
    const answer = { seq, token: `t${seq}`, granted_ms: beat.to_ms - beat.from_ms, covered: [], presence: null };
    answers.set(seq, { text, answer });
    return answer;
  };
  const queue = new BeatQueue({
    post: async (text) => {
      log.posts.push(text);
      await null;
      const step = log.script.shift();
      if (step && step.before) throw step.before;
      const answer = take(text);
      if (step && step.after) throw step.after;
      return answer;
    },
    beacon: (text) => {
      log.beacons.push(text);
      take(text);
      return true;
    },
    store: { load: () => log.stored, save: (state) => { log.stored = JSON.parse(JSON.stringify(state)); }, clear: () => { log.stored = null; } },
    later: (act, ms) => log.timers.push({ act, ms }),
    cancel: () => {},
    tell: (event) => log.told.push(event),
  });
  return { queue, log, take };
}

const opened = { session: "s", token: "t0", seq: 0, max_gap_ms: 90000, max_rate: "1.5" };
const playing = { rate: 1, state: "playing", visible: true };
const settle = async () => { for (let turn = 0; turn < 30; turn += 1) await null; };
const kinds = (log) => log.told.map(({ kind }) => kind);

test("beats go out in order, each with the token of the answer before it", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  queue.put([0, 15000], playing);
  await settle();
  queue.put([15000, 30000], playing);
  await settle();
  assert.deepEqual(log.posts.map((text) => JSON.parse(text)).map(({ seq, token }) => [seq, token]), [[1, "t0"], [2, "t1"]]);
  assert.deepEqual(kinds(log), ["answer", "saved", "answer", "saved"]);
});

test("while one beat is under way the next waits, and neighbours behind it are joined", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  queue.put([0, 1000], playing);
  queue.put([1000, 2000], playing);
  queue.put([2000, 3000], { ...playing, state: "paused" });
  await settle();
  assert.deepEqual(log.granted, [[0, 1000], [1000, 3000]]);
  assert.equal(JSON.parse(log.posts[1]).state, "paused");
});

test("a gap, another speed or a range beyond the server's bucket is not joined", async () => {
  const { queue, log } = college();
  queue.begin({ ...opened, max_rate: "1.0" });
  queue.put([0, 1], playing);
  queue.put([1, 60000], playing);
  queue.put([60000, 100000], playing);
  queue.put([120000, 121000], playing);
  queue.put([121000, 122000], { ...playing, rate: 1.5 });
  await settle();
  assert.deepEqual(log.granted, [[0, 1], [1, 60000], [60000, 100000], [120000, 121000], [121000, 122000]]);
});

test("a beat hidden for a part counts as hidden when it is joined", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  queue.put([0, 1], playing);
  queue.put([1, 2], { ...playing, visible: false });
  queue.put([2, 3], playing);
  await settle();
  assert.equal(JSON.parse(log.posts[1]).visible, false);
});

test("an answer lost on the way is asked for with the same bytes and credited once", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  log.script = [{ after: failure(0) }];
  queue.put([0, 15000], playing);
  await settle();
  assert.deepEqual(kinds(log), ["waiting"]);
  queue.put([15000, 20000], playing);
  log.timers[0].act();
  await settle();
  assert.equal(log.posts[0], log.posts[1]);
  assert.deepEqual(log.granted, [[0, 15000], [15000, 20000]]);
  assert.equal(queue.waiting, 0);
});

test("waits grow, and Retry-After stands above them", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  log.script = [{ before: failure(0) }, { before: failure(503) }, { before: failure(429, "too_fast", { retryAfter: 7000 }) }];
  queue.put([0, 15000], playing);
  for (let turn = 0; turn < 3; turn += 1) {
    await settle();
    log.timers[turn].act();
  }
  await settle();
  assert.deepEqual(log.timers.map(({ ms }) => ms), [1000, 2000, 7000]);
  assert.deepEqual(log.granted, [[0, 15000]]);
});

test("a beacon does not advance the chain: its beat is sent again and its stored answer gives the token", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  log.script = [{ before: failure(0) }];
  queue.put([0, 15000], playing);
  await settle();
  assert.equal(queue.beacon(), true);
  assert.deepEqual(log.granted, [[0, 15000]]);
  queue.put([15000, 16000], { ...playing, state: "paused" });
  await queue.nudge();
  await settle();
  assert.deepEqual(log.granted, [[0, 15000], [15000, 16000]]);
  assert.equal(log.beacons[0], log.posts[1]);
});

test("nothing is sent by beacon when nothing waits", () => {
  const { queue } = college();
  queue.begin(opened);
  assert.equal(queue.beacon(), false);
});

test("being superseded ends the queue and names the other device", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  log.script = [{ before: failure(409, "superseded", { facts: { device: "Edge · Windows", since: "2026-11-22T02:00:00Z" } }) }];
  queue.put([0, 15000], playing);
  await settle();
  assert.deepEqual(log.told, [{ kind: "superseded", device: "Edge · Windows", since: "2026-11-22T02:00:00Z", lost: 15000 }]);
  queue.put([15000, 30000], playing);
  await settle();
  assert.equal(log.posts.length, 1);
  assert.equal(log.stored, null);
});

for (const [status, code, kind] of [[409, "stale_token", "broken"], [409, "bad_seq", "broken"], [409, "idempotency_mismatch", "broken"],
  [410, "closed", "broken"], [401, "unauthenticated", "signed_out"], [403, "forbidden", "gone"], [404, "not_found", "gone"]]) {
  test(`${status} ${code} ends the session as ${kind}`, async () => {
    const { queue, log } = college();
    queue.begin(opened);
    log.script = [{ before: failure(status, code) }];
    queue.put([0, 1000], playing);
    await settle();
    assert.deepEqual(kinds(log), [kind]);
    assert.equal(queue.open, false);
  });
}

test("a range the server refuses is dropped and the next takes its number", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  log.script = [{ before: failure(422, "bad_range") }];
  queue.put([0, 1000], playing);
  queue.put([5000, 6000], playing);
  await settle();
  assert.deepEqual(log.granted, [[5000, 6000]]);
  assert.deepEqual(kinds(log), ["dropped", "answer", "saved"]);
});

test("an unanswered presence check holds the beats until it is answered", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  log.script = [{ before: failure(428, "presence_required") }];
  queue.put([0, 1000], playing);
  await settle();
  queue.put([1000, 2000], playing);
  await settle();
  assert.equal(log.posts.length, 1);
  queue.release();
  await settle();
  assert.deepEqual(log.granted, [[0, 1000], [1000, 2000]]);
});

test("a challenge in an answer is told", async () => {
  const { queue, log, take } = college();
  queue.begin(opened);
  queue.ports.post = async (text) => ({ ...take(text), presence: { challenge: "c", deadline_ms: 60000 } });
  queue.put([0, 1000], playing);
  await settle();
  assert.deepEqual(kinds(log), ["answer", "presence", "saved"]);
});

test("after a reload what was not delivered goes out first, with the bytes it had", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  log.script = [{ after: failure(0) }];
  queue.put([0, 15000], playing);
  queue.put([15000, 17000], { ...playing, state: "paused" });
  await settle();
  const again = new BeatQueue(queue.ports);
  assert.equal(again.restore(), true);
  await again.pump();
  await settle();
  assert.deepEqual(log.granted, [[0, 15000], [15000, 17000]]);
  assert.equal(again.waiting, 0);
});

test("a store with nothing to deliver restores nothing", async () => {
  const { queue } = college();
  queue.begin(opened);
  assert.equal(new BeatQueue(queue.ports).restore(), false);
});

test("an answer that comes after a new session began is not taken for the new one", async () => {
  const { queue, log } = college();
  let answerLate;
  queue.begin(opened);
  queue.ports.post = () => new Promise((resolve) => { answerLate = resolve; });
  queue.put([0, 1000], playing);
  queue.begin({ ...opened, session: "s2", token: "u0" });
  answerLate({ seq: 1, token: "t1" });
  await settle();
  assert.deepEqual(queue.chain, { session: "s2", token: "u0", seq: 0 });
  assert.deepEqual(kinds(log), []);
});

test("milliseconds that wait are counted", async () => {
  const { queue, log } = college();
  queue.begin(opened);
  log.script = [{ before: failure(0) }];
  queue.put([0, 15000], playing);
  await settle();
  queue.put([15000, 30000], playing);
  queue.put([40000, 50000], playing);
  assert.equal(queue.waiting, 40000);
});

test("without a session nothing is kept", () => {
  const { queue, log } = college();
  queue.put([0, 1000], playing);
  assert.equal(queue.waiting, 0);
  assert.equal(log.posts.length, 0);
});
