/** Ranges of media time, half-open [from, to) in whole milliseconds, sorted and apart. Pure. */

/** Sorted, joined where they touch; empty and senseless ones are left out. */
export function union(ranges) {
  const sorted = ranges.filter(([from, to]) => to > from).map(([from, to]) => [from, to]).sort((a, b) => a[0] - b[0]);
  const out = [];
  for (const [from, to] of sorted) {
    const last = out[out.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

export function measure(ranges) {
  return union(ranges).reduce((sum, [from, to]) => sum + to - from, 0);
}

/** What [0, duration) lacks. Gaps shorter than `least` are not worth a button. */
export function gaps(ranges, duration, least = 1000) {
  const out = [];
  let at = 0;
  for (const [from, to] of union(ranges)) {
    if (from - at >= least) out.push([at, Math.min(from, duration)]);
    at = Math.max(at, to);
  }
  if (duration - at >= least) out.push([at, duration]);
  return out.filter(([from, to]) => to > from);
}

/** Whether a moment lies in one of the ranges. */
export function holds(ranges, at) {
  return ranges.some(([from, to]) => from <= at && at < to);
}

/** The gap that holds `at`, or the first one after it, or the first of all; null when nothing is missing. */
export function gapNear(missing, at) {
  return missing.find(([from, to]) => from <= at && at < to) || missing.find(([from]) => from >= at) || missing[0] || null;
}
