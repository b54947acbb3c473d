/**
 * What the page notices, on its way to the server: notes for a reviewer, never a verdict (integrity.md §2.3). Pure but for what
 * is handed in. Sent a few at a time; what finds no network waits for the next sending, what the server refuses is dropped.
 */
const REST_MS = 2000;
const MOST = 100;

export class Notes {
  /**
   * @param {object} ports
   * @param {(events: {kind: string, at: string}[], leaving: boolean) => Promise<unknown>} ports.post
   * @param {(act: () => void, ms: number) => unknown} ports.later
   * @param {() => string} ports.now
   */
  constructor(ports) {
    this.ports = ports;
    this.waiting = [];
    this.resting = false;
    this.over = false;
  }

  /** @param {boolean} [leaving] the page may be gone in a moment: send at once */
  add(kind, leaving = false) {
    if (this.over) return;
    this.waiting.push({ kind, at: this.ports.now() });
    if (this.waiting.length > MOST) this.waiting.shift();
    if (leaving) this.send(true);
    else if (!this.resting) {
      this.resting = true;
      this.ports.later(() => { this.resting = false; this.send(); }, REST_MS);
    }
  }

  async send(leaving = false) {
    const sent = this.waiting.splice(0);
    if (!sent.length || this.over) return;
    try {
      await this.ports.post(sent, leaving);
    } catch (error) {
      if (error.passing) this.waiting = [...sent, ...this.waiting].slice(-MOST);
    }
  }
}
