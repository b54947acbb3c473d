/**
 * Questions flagged to come back to: kept on this machine at once, and with the attempt, so that another device has them. Pure but
 * for what is handed in. What was not sent yet counts more than what the server said; what the server refuses is sent no more, unless
 * it only asks to sign in again.
 */
const REST_MS = 1000;

export class Flags {
  /**
   * @param {string | undefined} kept the flags the server has, a space between two
   * @param {object} ports
   * @param {(questions: string[]) => Promise<unknown>} ports.put
   * @param {{load: () => any, save: (state: any) => void}} ports.store
   * @param {(act: () => void, ms: number) => unknown} ports.later
   */
  constructor(kept, ports) {
    this.ports = ports;
    const mine = ports.store.load();
    this.unsent = Boolean(mine && mine.unsent);
    this.questions = this.unsent ? mine.questions : (kept || "").split(" ").filter(Boolean);
    this.resting = false;
    if (this.unsent) this.#soon();
  }

  load() {
    return this.questions;
  }

  save(questions) {
    this.questions = questions;
    this.#mark(true);
    this.#soon();
  }

  #soon() {
    if (this.resting) return;
    this.resting = true;
    this.ports.later(() => { this.resting = false; this.send(); }, REST_MS);
  }

  /** Send what is not there yet; without a network it waits for the next time. */
  async send() {
    if (!this.unsent) return;
    const sent = this.questions;
    try {
      await this.ports.put(sent);
    } catch (error) {
      if (error.passing || error.status === 401) return;
    }
    if (this.questions === sent) this.#mark(false);
  }

  #mark(unsent) {
    this.unsent = unsent;
    this.ports.store.save({ questions: this.questions, unsent });
  }
}
