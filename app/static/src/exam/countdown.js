/** The time left by the server's clock: this machine's own clock may be wrong by days (ATK-A58). Pure. */

/** Whole seconds as 42:18 or 1:02:18; never below zero. */
export function left(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${two(minutes)}:${two(whole % 60)}`;
}

export class Countdown {
  /** @param {number} deadline ms since 1970  @param {number} serverNow the same, when `now` was read on a steady clock */
  constructor(deadline, serverNow, now) {
    this.deadline = deadline;
    this.told = new Set();
    this.set(serverNow, now);
    const seconds = this.seconds(now);
    for (const mark of [600, 60]) if (seconds <= mark) this.told.add(mark);
  }

  /** The server named its moment again: after sleep, or when the page is shown again. */
  set(serverNow, now) {
    this.offset = serverNow - now;
  }

  /** More time was given: marks that lie ahead again will be told again. Whether the deadline has changed. */
  until(deadline, now) {
    if (!(deadline > this.deadline)) return false;
    this.deadline = deadline;
    for (const mark of [600, 60]) if (this.seconds(now) > mark) this.told.delete(mark);
    return true;
  }

  seconds(now) {
    return (this.deadline - now - this.offset) / 1000;
  }

  /** The mark just passed (600 or 60 seconds), once each; null otherwise. */
  mark(now) {
    const seconds = this.seconds(now);
    for (const mark of [600, 60]) {
      if (seconds <= mark && !this.told.has(mark)) {
        this.told.add(mark);
        return mark;
      }
    }
    return null;
  }
}
