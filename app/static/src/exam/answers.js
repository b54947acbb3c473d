/**
 * Answers on their way to the server (interfaces.md §4.2). Pure but for what is handed in.
 *
 * Each change gets the next `rev` of its question and is kept on this machine before it is sent; only the newest value of
 * a question is sent, one request at a time, in the order in which the questions were changed. A rev is never used for two
 * values, for its first sending may have arrived without our hearing of it. What the server holds at a higher rev stands.
 */

const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];

export class Answers {
  /**
   * @param {object} ports
   * @param {(question: string, body: {rev: number, value: unknown}) => Promise<any>} ports.put
   * @param {{load: () => any, save: (state: any) => void, clear: () => void}} ports.store
   * @param {(act: () => void, ms: number) => unknown} ports.later
   * @param {(event: {kind: string, [fact: string]: any}) => void} ports.tell saved | waiting | superseded | late | stale | signed_out | refused
   */
  constructor(ports) {
    this.ports = ports;
    this.revs = new Map();
    this.waiting = new Map();
    this.busy = false;
    this.failures = 0;
    this.over = false;
    this.leaving = false;
  }

  /**
   * What the server holds, and what this machine had not delivered before a reload.
   * @param {Record<string, number>} revs question → rev saved by the server
   * @returns {[string, unknown][]} answers of this machine that are newer than the server's
   */
  begin(revs) {
    for (const [question, rev] of Object.entries(revs)) this.revs.set(question, rev);
    const kept = Object.entries(this.ports.store.load() || {});
    const newer = kept.filter(([question, { rev }]) => rev > (this.revs.get(question) || 0));
    for (const [question, { rev, value }] of newer) {
      this.revs.set(question, rev);
      this.waiting.set(question, { rev, value });
    }
    this.#save();
    this.pump();
    return newer.map(([question, { value }]) => [question, value]);
  }

  change(question, value) {
    if (this.over) return;
    this.leaving = false;
    const rev = (this.revs.get(question) || 0) + 1;
    this.revs.set(question, rev);
    this.waiting.delete(question); // to the end of the line
    this.waiting.set(question, { rev, value });
    this.#save();
    this.pump();
  }

  /** The server's newer answer to a question stands. */
  adopt(question, rev) {
    this.revs.set(question, Math.max(rev, this.revs.get(question) || 0));
    this.waiting.delete(question);
    this.#save();
    this.pump();
  }

  get pending() {
    return this.waiting.size;
  }

  async pump() {
    if (this.busy || this.over || this.waiting.size === 0) return;
    this.busy = true;
    const [question, sent] = this.waiting.entries().next().value;
    let go = true;
    try {
      await this.ports.put(question, sent);
      this.failures = 0;
      if (this.waiting.get(question) === sent) this.waiting.delete(question);
      if (!this.leaving) this.#save();
      if (this.waiting.size === 0) this.ports.tell({ kind: "saved" });
    } catch (error) {
      go = this.#failed(question, sent, error);
    } finally {
      this.busy = false;
    }
    if (go) await this.pump();
  }

  /** @returns {boolean} whether the next one may be sent at once */
  #failed(question, sent, error) {
    if (error.passing) {
      const wait = error.retryAfter || BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)];
      this.failures += 1;
      this.ports.tell({ kind: "waiting", offline: error.status === 0 });
      this.ports.later(() => this.pump(), wait);
      return false;
    }
    if (error.status === 409) {
      if (this.waiting.get(question) === sent) this.waiting.delete(question);
      this.#save();
      this.ports.tell({ kind: "stale", question, facts: error.facts || {} });
      return true;
    }
    if (error.status === 422) {
      if (this.waiting.get(question) === sent) this.waiting.delete(question);
      this.#save();
      this.ports.tell({ kind: "refused", question, text: error.message });
      return true;
    }
    this.over = error.status !== 401;
    const kind = { 401: "signed_out", 410: "late", 423: "superseded" }[error.status] || "stopped";
    this.failures += 1;
    this.ports.tell({ kind, facts: error.facts || {}, text: error.message });
    return false;
  }

  /** The page may be going: the next one can have been asked for before what is under way arrived, so it stays on this machine. */
  leave() {
    this.leaving = true;
  }

  /** The attempt is ours again: what waits is sent. */
  resume() {
    this.over = false;
    this.pump();
  }

  /** The paper is in: nothing of it stays on this machine. */
  finish() {
    this.over = true;
    this.waiting.clear();
    this.ports.store.clear();
  }

  #save() {
    this.ports.store.save(Object.fromEntries(this.waiting));
  }
}
