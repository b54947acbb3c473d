import assert from "node:assert/strict";
import { test } from "node:test";
import { Recorder } from "../../app/static/src/player/recorder.js";

const playing = (from = 0, rate = 1) => {
  const recorder = new Recorder();
  recorder.start(from, rate, 0);
  return recorder;
};

test("what is played is one range, and two beats of it meet at the same millisecond", () => {
  const recorder = playing();
  recorder.advance(15000.4, 15000);
  assert.deepEqual(recorder.cut(), [0, 15000]);
  recorder.advance(20000, 20000);
  assert.deepEqual(recorder.stop(), [15000, 20000]);
  assert.equal(recorder.running, false);
});

test("nothing was played, nothing is handed out", () => {
  const recorder = playing(500);
  assert.equal(recorder.cut(), null);
  assert.equal(recorder.stop(), null);
  assert.equal(new Recorder().stop(), null);
});

test("a step farther than the clock allows is a jump: the range ends where it was", () => {
  const recorder = playing();
  recorder.advance(4000, 4000);
  assert.deepEqual(recorder.advance(60000, 4250), [0, 4000]);
  recorder.advance(61000, 5250);
  assert.deepEqual(recorder.stop(), [60000, 61000]);
});

test("a step back is a jump", () => {
  const recorder = playing(30000);
  recorder.advance(31000, 1000);
  assert.deepEqual(recorder.advance(10000, 1250), [30000, 31000]);
  recorder.advance(10500, 1750);
  assert.deepEqual(recorder.stop(), [10000, 10500]);
});

test("the clock trembling a little is not a jump", () => {
  const recorder = playing();
  recorder.advance(1000, 1000);
  assert.equal(recorder.advance(900, 1010), null);
  assert.equal(recorder.advance(1600, 1100), null);
  assert.deepEqual(recorder.stop(), [0, 1600]);
});

test("at one and a half times the speed the clock allows as much more", () => {
  const recorder = playing(0, 1.5);
  assert.equal(recorder.advance(15000, 10000), null);
  assert.equal(recorder.rate, 1.5);
  assert.equal(recorder.open, 15000);
});

test("a tab that slept for a minute hands out the minute it played", () => {
  const recorder = playing();
  assert.equal(recorder.advance(60000, 60000), null);
  assert.deepEqual(recorder.cut(), [0, 60000]);
});

test("positions that nobody records are ignored", () => {
  assert.equal(new Recorder().advance(1000, 1000), null);
});
