/**
 * What was played, as contiguous ranges of media time. Pure: positions and moments come in from outside.
 *
 * One beat carries one range (decisions 2): every pause, seek, change of speed, hiding and end closes it by `stop`;
 * the regular beat takes what has grown by `cut` and goes on at the same millisecond, so nothing falls between two beats.
 */

/** A step of media time beyond what the clock allows by this much is a jump, not play. */
const SLACK_MS = 750;

export class Recorder {
  #from = null;
  #at = 0;
  #seen = 0;
  #rate = 1;

  /** @param {number} position ms of media  @param {number} now ms of any steady clock */
  start(position, rate, now) {
    this.#from = this.#at = Math.round(position);
    this.#rate = rate;
    this.#seen = now;
  }

  get running() {
    return this.#from !== null;
  }

  get rate() {
    return this.#rate;
  }

  /** Media milliseconds recorded and not yet handed out. */
  get open() {
    return this.running ? this.#at - this.#from : 0;
  }

  /**
   * Playback has come to `position`. A step back, or farther than time × rate allows, is a jump that no event announced:
   * the range ends where it last was and another begins at the new place.
   * @returns {[number, number] | null} the range that the jump closed
   */
  advance(position, now) {
    if (!this.running) return null;
    const to = Math.round(position);
    const possible = (now - this.#seen) * this.#rate + SLACK_MS;
    if (to < this.#at - 250 || to - this.#at > possible) {
      const closed = this.#take();
      this.start(position, this.#rate, now);
      return closed;
    }
    this.#at = Math.max(this.#at, to);
    this.#seen = now;
    return null;
  }

  /** Hand out what has grown and go on from there. */
  cut() {
    const taken = this.#take();
    if (this.running) this.#from = this.#at;
    return taken;
  }

  /** Hand out what has grown and stop. */
  stop() {
    const taken = this.#take();
    this.#from = null;
    return taken;
  }

  #take() {
    return this.running && this.#at > this.#from ? [this.#from, this.#at] : null;
  }
}
