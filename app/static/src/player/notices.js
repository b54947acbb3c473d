/** What the player says: the state of the record in honest words, and the notices that lie over the stage. */
import { h } from "../lib/dom.js";
import { clock } from "../lib/time.js";
import { renewLectures } from "./panel.js";
import { gapNear, gaps } from "./ranges.js";

const NEXT_S = 8;

/** Reasons of `excluded` that a person can do something about; the rest needs no word. */
const SPOKEN = new Set(["hidden", "not_delivered", "faster_than_clock", "daily_cap", "preview"]);

export class Notices {
  constructor(player) {
    this.player = player;
    this.words = player.words;
  }

  /** What the study session tells. */
  heard(event) {
    const act = {
      answer: () => this.#answer(event.answer),
      saved: () => this.#saved(event.resumed),
      waiting: () => this.player.strip.saved("retry", this.words(event.offline ? "offline" : "slow")),
      stalled: () => this.#stalled(),
      superseded: () => this.#superseded(event),
      broken: () => this.#broken(event),
      signed_out: () => this.#signedOut(),
      gone: () => this.#gone(event),
      dropped: () => this.player.strip.told(this.words("not_counted", { time: clock(event.ms) })),
      presence: () => this.#presence(event.challenge),
    }[event.kind];
    if (act) act();
  }

  #answer(answer) {
    const { player } = this;
    player.credited(answer.covered, answer.covered_ms);
    const reasons = (answer.excluded || []).filter(({ reason, ms }) => SPOKEN.has(reason) && ms >= 1000);
    player.strip.told(reasons.map(({ reason, ms }) => this.words(`why_${reason}`, { time: clock(ms) })).join(" "));
    if (answer.lecture_complete && !player.complete) {
      player.complete = true;
      player.dispatchEvent(new CustomEvent("lecture-complete", { bubbles: true }));
      renewLectures();
    }
    if (this.waitingForEnd) this.#endCard();
  }

  #saved(resumed) {
    const { player } = this;
    player.strip.saved("ok", this.words(player.complete ? "saved_complete" : "saved"));
    if (!resumed) return;
    player.cover.hide();
    player.video.play().catch(() => {});
  }

  opened(session) {
    const { player } = this;
    this.waitingForEnd = false;
    player.strip.saved("ok", this.words(player.complete ? "complete" : "recording"));
    player.strip.told(session.superseded && session.superseded.device ? this.words("took_over", { device: session.superseded.device }) : "");
  }

  notOpened(error) {
    const { player } = this;
    if (error.status === 401) {
      this.#signedOut();
      return;
    }
    const text = error.status === 0 ? this.words("no_net") : error.message;
    player.cover.show(this.words("cannot_play"), [text], [{ text: this.words("again"), act: () => player.begin(), primary: true }, this.#back()]);
  }

  /** The engine gave up: either the session is over (the next beat tells why) or the file cannot be played. */
  trouble({ kind, status }) {
    const { player } = this;
    player.removeAttribute("data-waiting");
    if (kind === "unsupported" || kind === "media") {
      player.cover.show(this.words("cannot_play"), [this.words(kind === "media" ? "bad_media" : "old_browser")], [
        kind === "media" ? { text: this.words("again"), act: () => player.begin(player.study.position), primary: true } : null, this.#back()]);
      return;
    }
    player.study.stop("playing");
    player.study.nudge();
    if (!player.cover.box.hidden) return;
    const at = player.study.position;
    const text = status === 0 ? this.words("no_net") : this.words("media_refused");
    player.cover.show(this.words("interrupted"), [text], [{ text: this.words("again"), act: () => player.begin(at), primary: true }, this.#back()]);
  }

  pausedWhileHidden() {
    this.player.strip.told(this.words("paused_hidden"));
  }

  #stalled() {
    const { player } = this;
    player.video.pause();
    player.strip.saved("stop", this.words("stalled_short"));
    player.cover.show(this.words("stalled"), [this.words("stalled_text")], [
      { text: this.words("again"), act: () => player.study.nudge(), primary: true }]);
  }

  #superseded({ device, lost }) {
    const { player } = this;
    player.video.pause();
    player.engine.destroy();
    player.strip.saved("stop", this.words("elsewhere_short"));
    player.cover.show(device ? this.words("elsewhere", { device }) : this.words("elsewhere_unknown"),
      [this.words("elsewhere_text"), this.#lost(lost)],
      [{ text: this.words("here"), act: () => player.begin(null), primary: true }, this.#back()]);
  }

  /** The chain of beats is broken (a server restored from a backup, a session too old): begin a new one, once a minute at most. */
  #broken({ lost }) {
    const { player } = this;
    const at = player.study.position;
    const playing = !player.video.paused;
    player.video.pause();
    player.strip.told(this.#lost(lost) || "");
    if (playing && player.study.mayReopen) {
      player.begin(at).then(() => player.strip.told(this.#lost(lost) || ""));
      return;
    }
    player.strip.saved("stop", this.words("stopped"));
    player.cover.show(this.words("session_over"), [this.#lost(lost)], [{ text: this.words("go_on"), act: () => player.begin(at), primary: true }]);
  }

  #signedOut() {
    const { player } = this;
    player.video.pause();
    player.strip.saved("stop", this.words("stopped"));
    player.cover.show(this.words("signed_out"), [this.words("signed_out_text")], [
      { text: this.words("sign_in"), href: player.dataset.signIn, primary: true }]);
  }

  #gone({ text, lost }) {
    const { player } = this;
    player.video.pause();
    player.engine.destroy();
    player.strip.saved("stop", this.words("stopped"));
    player.cover.show(this.words("cannot_go_on"), [text, this.#lost(lost)], [
      { text: this.words("again"), act: () => player.begin(player.study.position), primary: true }, this.#back()]);
  }

  #lost(ms) {
    return ms >= 1000 ? this.words("lost", { time: clock(ms) }) : null;
  }

  #back() {
    const { course } = this.player.dataset;
    return course ? { text: this.words("to_course"), href: course } : null;
  }

  /** A quiet bar with the time left; missing it costs nothing already earned. */
  #presence(challenge) {
    const bar = this.player.querySelector("[data-presence]");
    if (!challenge || !bar) return;
    const answer = async (value) => {
      clearInterval(ticking);
      bar.hidden = true;
      await this.player.study.answerPresence(challenge.challenge, value).catch(() => this.player.strip.told(this.words("presence_late")));
    };
    const options = challenge.options && challenge.options.length ? challenge.options : [this.words("present")];
    const left = h("span", { class: "num muted" });
    const until = performance.now() + (challenge.deadline_ms || 60000);
    const tick = () => {
      const ms = until - performance.now();
      left.textContent = clock(ms);
      if (ms <= 0) {
        clearInterval(ticking);
        bar.hidden = true;
        this.player.video.pause();
        this.player.strip.told(this.words("presence_late"));
      }
    };
    bar.replaceChildren(h("span", { class: "grow" }, challenge.prompt || this.words("presence")), left,
      ...options.map((option) => h("button", { class: "btn btn-s", type: "button", onclick: () => answer(option.option || option) }, option.text || option)));
    bar.hidden = false;
    const ticking = setInterval(tick, 1000);
    tick();
  }

  /** The card at the end waits a moment for the answer to the last beat, so that it can tell what counts. */
  ended() {
    this.waitingForEnd = true;
    setTimeout(() => { if (this.waitingForEnd) this.#endCard(); }, 2500);
  }

  #endCard() {
    this.waitingForEnd = false;
    const { player, words } = this;
    const { next, nextTitle, nextLabel } = player.dataset;
    const covered = player.covered.reduce((sum, [from, to]) => sum + to - from, 0);
    const figures = words("end_figures", { covered: clock(covered), length: clock(player.duration) });
    const replay = { text: words("replay"), act: () => player.act("seek", 0, true) };
    if (!player.complete) {
      const gap = gapNear(gaps(player.covered, player.duration), 0);
      player.cover.show(words("end_missing"), [figures], [
        gap ? { text: words("fill", { time: clock(gap[0]) }), act: () => player.act("seek", gap[0], true), primary: true } : null,
        next ? { text: nextLabel, href: next } : replay, this.#back()]);
      return;
    }
    if (!next) {
      player.cover.show(words("end_complete"), [figures], [{ ...(this.#back() || replay), primary: true }, replay]);
      return;
    }
    this.#toNext(next, nextTitle, nextLabel, figures);
  }

  #toNext(href, title, label, figures) {
    const { cover } = this.player;
    const left = h("b", { class: "num" });
    const line = h("p", {}, this.words("next_in"), " ", left, " ", this.words("seconds"));
    const stay = { text: this.words("stay"), act: () => { cover.stopCounting(); line.hidden = true; } };
    cover.show(this.words("end_complete"), [figures, h("p", {}, `${label}: ${title}`), line], [{ text: label, href, primary: true }, stay]);
    cover.countDown(NEXT_S, left, () => { window.location.href = href; });
  }
}
