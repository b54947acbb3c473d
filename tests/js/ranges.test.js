import assert from "node:assert/strict";
import { test } from "node:test";
import { gapNear, gaps, holds, measure, union } from "../../app/static/src/player/ranges.js";

test("union sorts, joins what touches and drops what is empty", () => {
  assert.deepEqual(union([[5, 9], [0, 2], [2, 3], [7, 7], [8, 12], [20, 10]]), [[0, 3], [5, 12]]);
});

test("union leaves its input as it was", () => {
  const given = [[0, 2], [1, 3]];
  union(given);
  assert.deepEqual(given, [[0, 2], [1, 3]]);
});

test("measure counts overlapping ranges once", () => {
  assert.equal(measure([[0, 10], [5, 15], [20, 21]]), 16);
});

test("union and measure agree with a slow reference", () => {
  let seed = 7;
  const next = (most) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % most; };
  for (let round = 0; round < 300; round += 1) {
    const ranges = Array.from({ length: next(8) }, () => { const from = next(60); return [from, from + next(12)]; });
    const seen = new Set(ranges.flatMap(([from, to]) => Array.from({ length: Math.max(to - from, 0) }, (_, at) => from + at)));
    assert.equal(measure(ranges), seen.size);
    const joined = union(ranges);
    assert.ok(joined.every(([from, to], at) => from < to && (at === 0 || joined[at - 1][1] < from)));
    assert.equal(gaps(joined, 100, 1).reduce((sum, [from, to]) => sum + to - from, 0), 100 - seen.size);
  }
});

test("gaps are what the lecture lacks, but not slivers", () => {
  assert.deepEqual(gaps([[0, 31000], [31500, 52000]], 90000), [[52000, 90000]]);
  assert.deepEqual(gaps([], 5000), [[0, 5000]]);
  assert.deepEqual(gaps([[0, 5000]], 5000), []);
  assert.deepEqual(gaps([[0, 9000]], 5000), []);
});

test("a moment is held by a range up to, not at, its end", () => {
  assert.equal(holds([[0, 10]], 0), true);
  assert.equal(holds([[0, 10]], 10), false);
});

test("the gap to fill is the one at this place, else the next, else the first", () => {
  const missing = [[10, 20], [40, 50]];
  assert.deepEqual(gapNear(missing, 15), [10, 20]);
  assert.deepEqual(gapNear(missing, 25), [40, 50]);
  assert.deepEqual(gapNear(missing, 90), [10, 20]);
  assert.equal(gapNear([], 0), null);
});
