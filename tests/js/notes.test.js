/** Notes on their way: a few at a time, kept while there is no network, dropped when the server refuses, sent at once on leaving. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Notes } from "../../app/static/src/exam/notes.js";

function sending(script = []) {
  const log = { posts: [], timers: [], minute: 0 };
  const notes = new Notes({
    post: async (events, leaving) => {
      log.posts.push([events.map(({ kind }) => kind), leaving]);
      const fault = script.shift();
      if (fault) throw fault;
    },
    later: (act) => log.timers.push(act),
    now: () => `2026-11-22T02:${String((log.minute += 1)).padStart(2, "0")}:00Z`,
  });
  return { notes, log };
}

test("what happens within two seconds is sent together", async () => {
  const { notes, log } = sending();
  notes.add("blur");
  notes.add("focus");
  assert.deepEqual([log.posts.length, log.timers.length], [0, 1]);
  await log.timers.shift()();
  assert.deepEqual(log.posts, [[["blur", "focus"], false]]);
});

test("on leaving everything goes at once", () => {
  const { notes, log } = sending();
  notes.add("paste");
  notes.add("hidden", true);
  assert.deepEqual(log.posts, [[["paste", "hidden"], true]]);
});

test("without a network a note waits, and goes first with the next", async () => {
  const { notes, log } = sending([Object.assign(new Error("0"), { passing: true })]);
  notes.add("fullscreen_left");
  await log.timers.shift()();
  await null;
  notes.add("fullscreen");
  await log.timers.shift()();
  assert.deepEqual(log.posts[1], [["fullscreen_left", "fullscreen"], false]);
});

test("what the server refuses is not sent again", async () => {
  const { notes, log } = sending([Object.assign(new Error("429"), { passing: false })]);
  notes.add("paste");
  await log.timers.shift()();
  await null;
  await notes.send();
  assert.equal(log.posts.length, 1);
});
