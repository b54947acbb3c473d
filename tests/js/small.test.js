/** The small pure parts: clocks, sizes, words, keys, pace, pipeline. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Countdown, left } from "../../app/static/src/exam/countdown.js";
import { plainText } from "../../app/static/src/exam/paper.js";
import { retryAfter } from "../../app/static/src/lib/http.js";
import { clock, size } from "../../app/static/src/lib/time.js";
import { wordsOf } from "../../app/static/src/lib/words.js";
import { plain } from "../../app/static/src/player/captions.js";
import { KEYS, SHEET } from "../../app/static/src/player/keys.js";
import { tiles } from "../../app/static/src/player/sprite.js";
import { tabStore } from "../../app/static/src/player/store.js";
import { Pace } from "../../app/static/src/upload/pace.js";
import { settled, steps } from "../../app/static/src/upload/pipeline.js";

test("media time is minutes and seconds, with hours only from an hour on", () => {
  assert.deepEqual([0, 999, 65000, 599999, 3723000, -5, NaN, undefined].map(clock), ["0:00", "0:00", "1:05", "9:59", "1:02:03", "0:00", "0:00", "0:00"]);
});

test("what is pasted out of a word processor becomes a text that the server takes", () => {
  assert.equal(plainText("一\v二\f三\u0085四"), "一\n二\n三\n四");
  assert.equal(plainText("\u0000职\u0007权\u007f法\u009b定\n\t。"), "职权法定\n\t。");
});

test("sizes keep three figures", () => {
  assert.deepEqual([0, 999, 1000, 63_400, 4_294_967_296].map(size), ["0 B", "999 B", "1.0 KB", "63.4 KB", "4.3 GB"]);
});

test("words are filled, and a word that is missing is its own name", () => {
  const words = wordsOf({ dataset: { words: '{"a":"从 %(time)s 继续 %(x)s"}' } });
  assert.equal(words("a", { time: "1:05" }), "从 1:05 继续 %(x)s");
  assert.equal(words("b"), "b");
  assert.equal(wordsOf({ dataset: { words: "{" } })("c"), "c");
  assert.equal(wordsOf(null)("d"), "d");
});

test("Retry-After is read in seconds and nothing else", () => {
  assert.deepEqual(["2", "0", "", null, "soon", "-1"].map(retryAfter), [2000, 0, 0, 0, 0, 0]);
});

test("captions lose their markup", () => {
  assert.equal(plain("<v 陈老师>授权运营<c.b>的</c>边界 "), "授权运营的边界");
});

test("every digit is a tenth, and the sheet names keys that exist", () => {
  assert.deepEqual(KEYS.get("7"), ["part", 0.7]);
  for (const [keys] of SHEET) {
    for (const key of keys) {
      const name = { Space: " ", "←": "arrowleft", "→": "arrowright", "↑": "arrowup", "↓": "arrowdown" }[key] || key.toLowerCase();
      assert.ok(KEYS.has(name), key);
    }
  }
});

test("the time left follows the server's clock, whatever this machine thinks", () => {
  const countdown = new Countdown(1_000_000_000, 1_000_000_000 - 700_000, 5000);
  assert.equal(countdown.seconds(5000), 700);
  assert.equal(countdown.mark(5000), null);
  assert.equal(countdown.mark(105_000), 600);
  assert.equal(countdown.mark(106_000), null);
  assert.equal(countdown.mark(645_000), 60);
  countdown.set(1_000_000_000 - 30_000, 900_000);
  assert.equal(countdown.seconds(900_000), 30);
});

test("a mark that was over before the page opened is not announced", () => {
  const countdown = new Countdown(300_000, 0, 0);
  assert.equal(countdown.mark(0), null);
  assert.equal(countdown.mark(241_000), 60);
});

test("more time moves the end and its announcements, less time moves nothing", () => {
  const countdown = new Countdown(300_000, 0, 0);
  assert.equal(countdown.mark(241_000), 60);
  assert.equal(countdown.until(200_000, 242_000), false);
  assert.equal(countdown.until(undefined, 242_000), false);
  assert.equal(countdown.until(1_500_000, 242_000), true);
  assert.deepEqual([countdown.seconds(242_000), countdown.mark(242_000)], [1258, null]);
  assert.deepEqual([countdown.mark(901_000), countdown.mark(1_441_000)], [600, 60]);
});

test("the time left is shown in full seconds and ends at zero", () => {
  assert.deepEqual([2538, 59.2, 0.1, -3, 3738].map(left), ["42:18", "01:00", "00:01", "00:00", "1:02:18"]);
});

test("speed and time left come from the last ten seconds", () => {
  const pace = new Pace();
  assert.equal(pace.left(100), null);
  for (let second = 0; second <= 30; second += 1) pace.add(second < 20 ? second * 10 : 200 + (second - 20) * 100, second * 1000);
  assert.equal(Math.round(pace.speed), 100);
  assert.equal(pace.left(2200), 10);
  pace.reset();
  assert.equal(pace.left(2200), null);
});

test("the four steps follow the state of the file", () => {
  const states = (media) => steps(media).map(({ state }) => state);
  assert.deepEqual(states({ state: "checking" }), ["done", "now", "todo", "todo"]);
  assert.deepEqual(states({ state: "ready" }), ["done", "done", "done", "done"]);
  assert.deepEqual(states({ state: "failed" }), ["done", "failed", "todo", "todo"]);
  assert.equal(steps({ state: "encoding", renditions: { "360p": 100, "720p": 63.7 } })[2].detail, "360p 100% · 720p 63%");
});

test("what the server says of a step stands above what the state implies", () => {
  const told = steps({ state: "failed", steps: [{ step: "check", state: "done" }, { step: "encode", state: "failed", detail: "磁盘已满" }] });
  assert.deepEqual(told.map(({ state }) => state), ["done", "done", "failed", "todo"]);
  assert.equal(told[2].detail, "磁盘已满");
  assert.equal(steps({ state: "encoding", steps: [{ step: "encode", state: "now", percent: 12.9 }] })[2].detail, "12%");
});

test("only ready and failed are settled", () => {
  assert.deepEqual(["ready", "failed", "encoding", "anything"].map((state) => settled({ state })), [true, true, false, false]);
});

test("where storage is refused a tab keeps its beats in memory", () => {
  const store = tabStore("k", null);
  store.save({ items: [1] });
  assert.deepEqual(store.load(), { items: [1] });
  store.clear();
  assert.equal(store.load(), null);
  const full = tabStore("k", { setItem() { throw new Error("full"); }, getItem: () => null, removeItem() {} });
  full.save({ items: [] });
  assert.equal(full.load(), null);
});

test("tiles of the sprite are read from its map", () => {
  const map = "WEBVTT\r\n\r\n00:00:00.000 --> 00:00:05.000\r\nsprite.jpg#xywh=0,0,160,90\r\n\r\n00:05.000 --> 01:00:10.500\nsprite.jpg#xywh=160,0,160,90\n";
  assert.deepEqual(tiles(map), [
    { from: 0, to: 5000, file: "sprite.jpg", x: 0, y: 0, w: 160, h: 90 },
    { from: 5000, to: 3610500, file: "sprite.jpg", x: 160, y: 0, w: 160, h: 90 },
  ]);
  assert.deepEqual(tiles("not a map"), []);
});
