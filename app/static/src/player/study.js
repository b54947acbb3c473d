/**
 * Studying one lecture: the play session, what is recorded of it, when it is sent. Knows the video only by its events and
 * the page only by what it tells: `tell({kind, …})`.
 */
import { BeatQueue } from "./queue.js";
import { Recorder } from "./recorder.js";

const API = "/api/v1/play-sessions";

/** Media that may stay unconfirmed before the player stops by itself: beyond it an honest loss of the net would cost. */
const MOST_WAITING_MS = 60000;
const REOPEN_EVERY_MS = 60000;
const FLUSH_MS = 4000;
const JOIN_MS = 400;

export class Study {
  /**
   * @param {object} ports
   * @param {string} ports.lecture uid
   * @param {HTMLMediaElement} ports.video
   * @param {(method: string, url: string, body?: unknown, options?: object) => Promise<any>} ports.send
   * @param {object} ports.store a tab store
   * @param {(event: object) => void} ports.tell
   */
  constructor({ lecture, video, send, store, tell }) {
    Object.assign(this, { lecture, video, send, tell });
    this.recorder = new Recorder();
    this.queue = new BeatQueue({
      post: (body) => send("POST", this.#beats(), body, { keepalive: true }),
      beacon: (body) => beacon(this.#beats(), body),
      store,
      later: (act, ms) => setTimeout(act, ms),
      cancel: (id) => clearTimeout(id),
      tell: (event) => this.#heard(event),
    });
    this.session = null;
    this.beatMs = 15000;
    this.timer = null;
    this.visible = !document.hidden;
    this.stalled = false;
    this.openedAt = -Infinity;
    this.endedAt = NaN;
    this.flushed = this.#flush();
  }

  #beats() {
    return `${API}/${this.queue.chain.session}/beats`;
  }

  get position() {
    return this.video.currentTime * 1000;
  }

  /** Deliver what a reload left behind, while its session is still the live one. Never longer than a moment. */
  async #flush() {
    if (this.queue.restore()) await Promise.race([this.queue.pump(), new Promise((done) => { setTimeout(done, FLUSH_MS); })]);
  }

  /** Open a session; it supersedes whatever else this person plays anywhere. @throws {Failure} */
  async open() {
    this.stop("paused");
    await this.flushed;
    const session = await this.send("POST", API, { lecture: this.lecture });
    this.session = session;
    this.beatMs = session.beat_ms || this.beatMs;
    this.stalled = false;
    this.endedAt = NaN;
    this.queue.begin(session);
    this.openedAt = performance.now();
    return session;
  }

  /** Whether a broken session may be opened anew by itself: not in a circle. */
  get mayReopen() {
    return performance.now() - this.openedAt > REOPEN_EVERY_MS;
  }

  /* What the video does. */

  /** From the very moment of `play`: `playing` comes when some milliseconds have passed already. */
  playing() {
    if (!this.queue.open || this.recorder.running) return;
    this.recorder.start(this.#joined(this.position), this.video.playbackRate, performance.now());
    this.#arm();
  }

  /** A browser shows some frames more after it said `pause`: going on begins where recording ended, if that is just before. */
  #joined(at) {
    const step = at - this.endedAt;
    return step > 0 && step < JOIN_MS ? this.endedAt : at;
  }

  moved() {
    const jumped = this.recorder.advance(this.position, performance.now());
    if (jumped) this.#put(jumped, "playing");
    if (this.queue.waiting + this.recorder.open > MOST_WAITING_MS && !this.stalled && this.queue.failures > 0) {
      this.stalled = true;
      this.tell({ kind: "stalled" });
    }
  }

  /** Close the range at this very moment. @param {"playing" | "paused" | "ended"} state what comes after it */
  stop(state) {
    if (!this.recorder.running) return;
    this.moved();
    const range = this.recorder.stop();
    clearTimeout(this.timer);
    this.endedAt = range ? range[1] : NaN;
    if (range) this.#put(range, state);
  }

  /** The place has already changed (a seek by the browser's own keys): the range ends where it last was seen. */
  jumped() {
    this.endedAt = NaN;
    if (!this.recorder.running) return;
    const range = this.recorder.stop();
    if (range) this.#put(range, this.video.paused ? "paused" : "playing");
  }

  rateChanged() {
    if (!this.recorder.running) return;
    this.stop("playing");
    this.playing();
  }

  /** The page is hidden, or about to go: what was seen so far leaves at once. */
  hidden() {
    this.stop("paused");
    this.queue.beacon();
    this.visible = false;
  }

  shown() {
    this.visible = true;
    this.queue.nudge();
  }

  /* What the net does. */

  nudge() {
    this.queue.nudge();
  }

  async answerPresence(challenge, answer) {
    await this.send("POST", `${API}/${this.session.session}/presence`, { challenge, answer });
    this.queue.release();
  }

  #arm() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.beat(), this.beatMs);
  }

  /** The regular beat, and the end of the data: what has grown is sent, and recording goes on at the same millisecond. */
  beat() {
    if (!this.recorder.running) return;
    this.moved();
    const range = this.recorder.cut();
    if (range) this.#put(range, "playing");
    this.#arm();
  }

  #put(range, state) {
    this.queue.put(range, { rate: this.recorder.rate, state, visible: this.visible });
  }

  #heard(event) {
    if (!this.session && event.kind !== "answer") return; // what a reload left behind may fail quietly
    if (event.kind === "answer") this.beatMs = event.answer.next_beat_ms || this.beatMs;
    if (event.kind === "saved" && this.stalled) {
      this.stalled = false;
      this.tell({ kind: "saved", resumed: true });
      return;
    }
    if (["superseded", "broken", "signed_out", "gone"].includes(event.kind)) {
      const open = this.recorder.open;
      this.recorder.stop();
      clearTimeout(this.timer);
      this.tell({ ...event, lost: event.lost + open });
      return;
    }
    this.tell(event);
  }
}

/** A beacon carries no header of ours; the token in its body is the proof (decisions 8). */
function beacon(url, body) {
  try {
    return navigator.sendBeacon(url, new Blob([body], { type: "application/json" }));
  } catch {
    return false;
  }
}
