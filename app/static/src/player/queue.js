/**
 * The beats of one play session, in strict order (interfaces.md §4.1, decisions 1–3, 8). Pure but for what is handed in.
 *
 * The head of the queue is frozen when it is first sent: number, token and body stay byte for byte the same through every
 * retry and beacon, so the server can tell a repetition from a new beat. It leaves the queue only when its answer was read,
 * because the token for the next beat stands in that answer. What waits behind it is open: neighbours are joined.
 */

const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];

/** Refusals after which the chain of tokens is broken and only a new session helps. */
const BROKEN = new Set(["stale_token", "bad_seq", "idempotency_mismatch", "closed"]);

export class BeatQueue {
  /**
   * @param {object} ports
   * @param {(body: string) => Promise<any>} ports.post sends one beat; rejects with an error that has status, code, facts, retryAfter, passing
   * @param {(body: string) => boolean} ports.beacon sends one beat without waiting for an answer
   * @param {{load: () => any, save: (state: any) => void, clear: () => void}} ports.store survives a reload of the page
   * @param {(act: () => void, ms: number) => unknown} ports.later
   * @param {(id: unknown) => void} ports.cancel
   * @param {(event: {kind: string, [fact: string]: any}) => void} ports.tell answer | saved | waiting | superseded | broken | presence | signed_out | gone | dropped
   */
  constructor(ports) {
    this.ports = ports;
    this.chain = null;
    this.items = [];
    this.state = "idle";
    this.busy = false;
    this.failures = 0;
    this.timer = null;
    this.longest = 90000;
  }

  /** A session just opened. Whatever an older one left behind is gone: its tokens are worth nothing here. */
  begin({ session, token, seq, max_gap_ms: gap = 90000, max_rate: rate = "1" }) {
    this.#quiet();
    this.chain = { session, token, seq };
    this.items = [];
    this.longest = gap * Number(rate);
    this.state = "open";
    this.failures = 0;
    this.#save();
  }

  /** Take up what this tab had not delivered before it was reloaded. @returns {boolean} whether there is anything */
  restore() {
    const kept = this.ports.store.load();
    if (!kept || !kept.chain || !Array.isArray(kept.items) || kept.items.length === 0) return false;
    this.chain = kept.chain;
    this.items = kept.items;
    this.state = "open";
    return true;
  }

  get open() {
    return this.state === "open";
  }

  /** Media milliseconds that no answer has confirmed. */
  get waiting() {
    return this.items.reduce((sum, item) => sum + item.to_ms - item.from_ms, 0);
  }

  /** One closed range. @param {"playing" | "paused" | "ended"} state of the moment after it */
  put([from, to], { rate, state, visible }) {
    if (!this.open && this.state !== "held") return;
    const last = this.items[this.items.length - 1];
    const joins = last && !last.body && last.to_ms === from && last.rate === rate && to - last.from_ms <= this.longest;
    if (joins) Object.assign(last, { to_ms: to, state, visible: last.visible && visible });
    else this.items.push({ from_ms: from, to_ms: to, rate, state, visible });
    this.#save();
    this.pump();
  }

  /** Send the head, and after its answer the next, until the queue is empty. Never two at a time. */
  async pump() {
    if (this.busy || !this.open || this.items.length === 0) return;
    this.busy = true;
    this.#unschedule();
    const chain = this.chain;
    try {
      const answer = await this.ports.post(this.#head());
      if (this.chain === chain) this.#accepted(answer);
    } catch (error) {
      if (this.chain === chain) this.#failed(error);
    } finally {
      this.busy = false;
    }
    if (this.failures === 0) this.pump();
  }

  /** The page may be gone in a moment: the head goes out without waiting. It stays until a later answer names it. */
  beacon() {
    return this.open && this.items.length > 0 && this.ports.beacon(this.#head());
  }

  /** The net is back, or the person pressed a button: do not wait for the timer. */
  nudge() {
    this.#unschedule();
    return this.pump();
  }

  /** After a presence check was answered the same head is sent again. */
  release() {
    if (this.state !== "held") return;
    this.state = "open";
    this.pump();
  }

  /** No more of this session. @returns {number} media milliseconds that were not delivered */
  abandon(state = "over") {
    const lost = this.waiting;
    this.#quiet();
    this.items = [];
    this.state = state;
    this.ports.store.clear();
    return lost;
  }

  #head() {
    const head = this.items[0];
    if (!head.body) {
      head.body = JSON.stringify({
        seq: this.chain.seq + 1,
        token: this.chain.token,
        from_ms: head.from_ms,
        to_ms: head.to_ms,
        rate: head.rate,
        state: head.state,
        visible: head.visible,
      });
      this.#save();
    }
    return head.body;
  }

  #accepted(answer) {
    this.items.shift();
    this.chain.seq = answer.seq;
    this.chain.token = answer.token;
    this.failures = 0;
    this.#save();
    this.ports.tell({ kind: "answer", answer });
    if (answer.presence) this.ports.tell({ kind: "presence", challenge: answer.presence });
    if (this.items.length === 0) this.ports.tell({ kind: "saved" });
  }

  #failed(error) {
    if (error.passing) {
      this.#again(error);
      return;
    }
    const facts = error.facts || {};
    if (error.code === "superseded") this.#end({ kind: "superseded", device: facts.device || "", since: facts.since || "" });
    else if (BROKEN.has(error.code) || error.status === 410) this.#end({ kind: "broken", code: error.code });
    else if (error.code === "presence_required" || error.status === 428) {
      this.failures += 1;
      this.state = "held";
      this.ports.tell({ kind: "presence", challenge: facts.presence || null });
    } else if (error.status === 401) this.#end({ kind: "signed_out" });
    else if (error.status === 422 || error.status === 400) this.#drop(error);
    else this.#end({ kind: "gone", status: error.status, text: error.message });
  }

  /** The server found the range senseless: it consumed nothing, so the next beat takes its number. */
  #drop(error) {
    const [head] = this.items.splice(0, 1);
    this.items.forEach((item) => delete item.body);
    this.failures = 0;
    this.#save();
    this.ports.tell({ kind: "dropped", ms: head.to_ms - head.from_ms, code: error.code });
  }

  #again(error) {
    const wait = error.retryAfter || BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)];
    this.failures += 1;
    this.ports.tell({ kind: "waiting", offline: error.status === 0, status: error.status });
    this.timer = this.ports.later(() => this.pump(), wait);
  }

  #end(event) {
    this.failures += 1;
    this.ports.tell({ ...event, lost: this.abandon() });
  }

  #quiet() {
    this.#unschedule();
    this.chain = null;
  }

  #unschedule() {
    if (this.timer !== null) this.ports.cancel(this.timer);
    this.timer = null;
  }

  #save() {
    this.ports.store.save({ chain: this.chain, items: this.items });
  }
}
