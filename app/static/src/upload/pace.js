/** How fast an upload goes and how long it will take, from the last ten seconds. Pure. */

const WINDOW_MS = 10000;

export class Pace {
  constructor() {
    this.points = [];
  }

  add(bytes, now) {
    this.points.push([now, bytes]);
    while (this.points.length > 2 && now - this.points[0][0] > WINDOW_MS) this.points.shift();
  }

  /** After a pause the old points would tell of another net. */
  reset() {
    this.points = [];
  }

  /** Bytes per second, 0 while it is not known. */
  get speed() {
    if (this.points.length < 2) return 0;
    const [[t0, b0]] = this.points;
    const [t1, b1] = this.points[this.points.length - 1];
    return t1 - t0 < 500 ? 0 : Math.max(0, ((b1 - b0) * 1000) / (t1 - t0));
  }

  /** Seconds until `total`, or null while it is not known. */
  left(total) {
    const { speed } = this;
    if (!speed) return null;
    return Math.ceil((total - this.points[this.points.length - 1][1]) / speed);
  }
}
