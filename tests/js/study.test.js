/** The play session as a whole, with a film and a server made of a few lines: what is claimed, and when. */
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { hidden: false };
const { Study } = await import("../../app/static/src/player/study.js");

const failure = (status, code = "") =>
  Object.assign(new Error(code), { status, code, facts: {}, retryAfter: 0, passing: status === 0 || status >= 500 });
const settle = async () => { for (let turn = 0; turn < 60; turn += 1) await null; };

/** A film whose position a test moves by hand, on a clock that it moves too. */
function room(t, script = []) {
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const film = { currentTime: 0, playbackRate: 1, paused: true };
  const log = { beats: [], told: [], opened: 0, stored: null };
  const send = async (method, url, body) => {
    await null;
    if (url.endsWith("play-sessions")) {
      log.opened += 1;
      return { session: `s${log.opened}`, token: "t0", seq: 0, beat_ms: 15000, max_gap_ms: 90000, max_rate: "1.5", covered: [], resume_ms: 0 };
    }
    const beat = JSON.parse(body);
    const fault = script.shift();
    if (fault) throw fault;
    log.beats.push([beat.from_ms, beat.to_ms, beat.state, beat.rate, beat.visible]);
    return { seq: beat.seq, token: `t${beat.seq}`, covered: [], covered_ms: 0, next_beat_ms: 15000, excluded: [], presence: null };
  };
  const store = { load: () => log.stored, save: (state) => { log.stored = JSON.parse(JSON.stringify(state)); }, clear: () => { log.stored = null; } };
  const study = new Study({ lecture: "l", video: film, send, store, tell: (event) => log.told.push(event.kind) });
  /** Time passes and the film runs. */
  const run = (seconds, rate = film.playbackRate) => {
    for (let tick = 0; tick < seconds * 4; tick += 1) {
      now += 250;
      film.currentTime += 0.25 * rate;
      t.mock.timers.tick(250);
      study.moved();
    }
  };
  return { film, log, study, run, later: (ms) => { now += ms; } };
}

test("a beat goes out every fifteen seconds and one at the pause; nothing falls between them", async (t) => {
  const { log, study, run } = room(t);
  await study.open();
  study.playing();
  run(20);
  study.stop("paused");
  await settle();
  assert.deepEqual(log.beats, [[0, 15000, "playing", 1, true], [15000, 20000, "paused", 1, true]]);
});

test("going on after a pause begins where recording ended, though the film showed some frames more", async (t) => {
  const { film, log, study, run } = room(t);
  await study.open();
  study.playing();
  run(2);
  study.stop("paused");
  film.currentTime += 0.08;
  study.playing();
  run(1);
  study.stop("paused");
  await settle();
  assert.deepEqual(log.beats.map(([from, to]) => [from, to]), [[0, 2000], [2000, 3080]]);
});

test("a jump closes the range where it was and another begins where it went", async (t) => {
  const { film, log, study, run } = room(t);
  await study.open();
  study.playing();
  run(3);
  film.currentTime = 60;
  study.jumped();
  study.playing();
  run(2);
  study.stop("paused");
  await settle();
  assert.deepEqual(log.beats.map(([from, to]) => [from, to]), [[0, 3000], [60000, 62000]]);
});

test("another speed begins another range", async (t) => {
  const { film, log, study, run } = room(t);
  await study.open();
  study.playing();
  run(2);
  film.playbackRate = 1.5;
  study.rateChanged();
  run(2);
  study.stop("ended");
  await settle();
  assert.deepEqual(log.beats, [[0, 2000, "playing", 1, true], [2000, 5000, "ended", 1.5, true]]);
});

test("a film that waits for data claims nothing for the wait", async (t) => {
  const { log, study, run, later } = room(t);
  await study.open();
  study.playing();
  run(2);
  study.beat();
  later(5000);
  study.moved();
  run(1);
  study.stop("paused");
  await settle();
  assert.deepEqual(log.beats.map(([from, to]) => [from, to]), [[0, 2000], [2000, 3000]]);
});

test("what was seen before the page was hidden counts as seen", async (t) => {
  const { log, study, run } = room(t);
  await study.open();
  study.playing();
  run(4);
  study.hidden();
  study.shown();
  await settle();
  assert.deepEqual(log.beats, [[0, 4000, "paused", 1, true]]);
});

test("what plays on while hidden says so", async (t) => {
  const { log, study, run } = room(t);
  await study.open();
  study.playing();
  run(1);
  study.hidden();
  study.playing();
  run(2);
  study.stop("paused");
  await settle();
  assert.deepEqual(log.beats.map((beat) => beat[4]), [true, false]);
});

test("a minute without the server's word stops the film, and its word starts it again", async (t) => {
  const faults = Array(400).fill(failure(0));
  const { log, study, run } = room(t, faults);
  await study.open();
  study.playing();
  for (let second = 0; second < 70; second += 1) {
    run(1);
    await settle();
  }
  assert.ok(log.told.includes("waiting"));
  assert.equal(log.told.filter((kind) => kind === "stalled").length, 1);
  study.stop("paused");
  await settle();
  faults.length = 0;
  await study.queue.nudge();
  await settle();
  assert.equal(study.queue.waiting, 0);
  assert.equal(log.beats.reduce((sum, [from, to]) => sum + to - from, 0), 70000);
  assert.equal(log.told[log.told.length - 1], "saved");
});

test("another device takes over: recording ends and nothing more is claimed", async (t) => {
  const { log, study, run } = room(t, [failure(409, "superseded")]);
  await study.open();
  study.playing();
  run(3);
  study.stop("paused");
  await settle();
  assert.deepEqual(log.told, ["superseded"]);
  study.playing();
  run(3);
  study.stop("paused");
  await settle();
  assert.deepEqual(log.beats, []);
});

test("taking it back opens a new session with a fresh chain", async (t) => {
  const { log, study, run } = room(t, [failure(409, "superseded")]);
  await study.open();
  study.playing();
  run(3);
  study.stop("paused");
  await settle();
  await study.open();
  study.playing();
  run(2);
  study.stop("paused");
  await settle();
  assert.equal(log.opened, 2);
  assert.deepEqual(log.beats.map(([from, to]) => [from, to]), [[3000, 5000]]);
});

test("before a session is open nothing is recorded", async (t) => {
  const { log, study, run } = room(t);
  study.playing();
  run(3);
  study.stop("paused");
  await settle();
  assert.deepEqual(log.beats, []);
});
