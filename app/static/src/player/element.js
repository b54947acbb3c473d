/** `<lecture-player>`: brings the video, the study session and the page together. Markup: templates/_player.html. */
import { ask } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { send } from "../lib/http.js";
import { clock } from "../lib/time.js";
import { wordsOf } from "../lib/words.js";
import { Captions, Transcript } from "./captions.js";
import { Controls, RATES } from "./controls.js";
import { Cover } from "./cover.js";
import { Engine } from "./engine.js";
import { SHEET, wanted } from "./keys.js";
import { Notices } from "./notices.js";
import { Chapters, tabs } from "./panel.js";
import { measure } from "./ranges.js";
import { tabStore, wishes } from "./store.js";
import { Study } from "./study.js";
import { Strip, draw } from "./timeline.js";

export class LecturePlayer extends HTMLElement {
  connectedCallback() {
    if (this.video) return;
    const data = this.dataset;
    this.words = wordsOf(this);
    this.video = this.querySelector("video");
    this.duration = Number(data.duration);
    this.pending = startOf(window.location.hash);
    this.covered = JSON.parse(data.ranges || "[]");
    this.complete = "complete" in data;
    this.maxRate = Number(data.maxRate || 1);
    const seek = (ms) => this.act("seek", ms, true);
    this.controls = new Controls(this, this.duration, this.words, (act, argument) => this.act(act, argument));
    this.strip = new Strip(document.querySelector("[data-credit]"), this.duration, this.words, seek);
    this.captions = new Captions(this.video, this.querySelector("[data-cap]"));
    this.transcript = new Transcript(document.querySelector("[data-transcript]"), this.words, seek);
    this.chapters = new Chapters(document.querySelector("[data-chapters]"), this.duration, seek);
    this.cover = new Cover(this, this.querySelector("[data-cover]"));
    this.notices = new Notices(this);
    this.engine = new Engine(this.video, (trouble) => this.notices.trouble(trouble));
    this.study = new Study({
      lecture: data.lecture, video: this.video, send, store: tabStore(`beats:${data.lecture}`), tell: (event) => this.notices.heard(event),
    });
    this.#listen();
    this.#first();
  }

  /** What stands there before anything was pressed. */
  #first() {
    tabs(document.querySelector("[data-side] [role=tablist]"));
    this.controls.offer(RATES.filter((rate) => rate <= this.maxRate));
    this.#rate(Math.min(Number(wishes.get("rate", "1")), this.maxRate));
    this.#captionsOn(wishes.get("captions", "on") === "on");
    this.captions.whenLoaded((cues) => this.transcript.fill(cues));
    this.credited(this.covered);
    this.#position(this.pending === null ? Number(this.dataset.resume || 0) : this.pending);
    this.controls.state("paused");
    this.strip.saved(this.complete ? "ok" : "idle", this.words(this.complete ? "complete" : "idle"));
  }

  #listen() {
    const { video, study } = this;
    const on = (name, act, target = video) => target.addEventListener(name, act);
    on("playing", () => { this.#waiting(false); this.dataset.begun = ""; study.playing(); });
    on("play", () => { study.playing(); this.controls.state("playing"); });
    on("pause", () => { study.stop(video.ended ? "ended" : "paused"); this.controls.state("paused"); this.#waiting(false); });
    on("waiting", () => { study.beat(); this.#waiting(true); });
    on("seeking", () => study.jumped());
    on("seeked", () => { if (!video.paused) study.playing(); });
    on("ratechange", () => { this.#limitRate(); study.rateChanged(); });
    on("timeupdate", () => { study.moved(); if (!video.seeking) this.#position(study.position); });
    on("progress", () => this.controls.buffer(video));
    on("volumechange", () => this.controls.muted(video.muted));
    on("ended", () => { study.stop("ended"); this.notices.ended(); });
    on("keydown", (event) => this.#key(event), document);
    on("visibilitychange", () => this.#visibility(), document);
    on("pagehide", () => study.hidden(), window);
    on("online", () => { study.nudge(); if (study.session) this.engine.again(); }, window);
    on("fullscreenchange", () => this.controls.full(document.fullscreenElement === this), document);
    on("hashchange", () => { const at = startOf(window.location.hash); if (at !== null) this.act("seek", at, true); }, window);
  }

  /** Hidden time is not counted; the rule says whether the lecture goes on without credit or stops (integrity.md §2.2). */
  #visibility() {
    if (!document.hidden) {
      this.study.shown();
      return;
    }
    const playing = !this.video.paused;
    this.study.hidden();
    if (!playing || this.dataset.hidden === "count") return;
    this.video.pause();
    this.notices.pausedWhileHidden();
  }

  #waiting(is) {
    this.toggleAttribute("data-waiting", is);
  }

  #position(ms) {
    this.controls.position(ms);
    this.strip.position(ms);
    this.chapters.position(ms);
    this.transcript.position(ms);
  }

  /** The server's word on what counts: the only thing that is ever drawn green. */
  credited(covered, coveredMs = measure(covered)) {
    this.covered = covered;
    draw(this.querySelector("[data-segs]"), covered, this.duration);
    this.strip.credited(covered, coveredMs);
    this.chapters.credited(covered);
  }

  /** Open a session and play; from the place asked for, else from where the person last was on any device. */
  async begin(at = this.pending) {
    this.cover.hide();
    this.#waiting(true);
    try {
      const session = await this.study.open();
      this.maxRate = Number(session.max_rate);
      this.controls.offer(RATES.filter((rate) => rate <= this.maxRate));
      this.#rate(Math.min(this.video.playbackRate, this.maxRate));
      this.credited(session.covered);
      const start = at === null ? session.resume_ms : at;
      this.pending = null;
      if (startOf(window.location.hash) !== null) window.history.replaceState(null, "", window.location.pathname + window.location.search);
      this.engine.load(session.manifest_url, start >= this.duration - 2000 ? 0 : start);
      this.notices.opened(session);
      this.#sprite(session.manifest_url);
      await this.video.play();
    } catch (error) {
      this.#waiting(false);
      if (error.name === "NotAllowedError") this.controls.state("paused"); // the browser wants one more press
      else if (error.name !== "AbortError") this.notices.notOpened(error);
    }
  }

  /** The pictures of the timeline lie beside the manifest and are signed like it. */
  #sprite(manifest) {
    const { sprite } = this.dataset;
    if (sprite) this.controls.sprite.load(new URL(sprite, new URL(manifest, window.location.href)).href);
  }

  /** Everything that can be asked of the player, by a button, a key or a press on a list. */
  act(name, argument, andPlay = false) {
    const acts = {
      toggle: () => this.#toggle(),
      play: () => this.#toggle(),
      seek: () => this.#seek(Number(argument), andPlay),
      skip: () => this.#seek(this.#now() + Number(argument) * 1000),
      part: () => this.#seek(this.duration * Number(argument)),
      rate: () => this.controls.menu(),
      setrate: () => { this.#rate(Number(argument)); this.controls.menu(false); this.controls.find("rate").focus(); },
      slower: () => this.#step(-1),
      faster: () => this.#step(1),
      captions: () => this.#captionsOn(!this.captions.on),
      mute: () => { this.video.muted = !this.video.muted; },
      louder: () => { this.video.muted = false; this.video.volume = Math.min(Math.max(this.video.volume + Number(argument), 0), 1); },
      fullscreen: () => this.#full(),
      sheet: () => this.#sheet(),
    };
    if (acts[name]) acts[name]();
  }

  #now() {
    if (this.study.session) return this.study.position;
    return this.pending === null ? Number(this.dataset.resume || 0) : this.pending;
  }

  #toggle() {
    if (!this.study.session || !this.study.queue.open && this.study.queue.state !== "held") this.begin();
    else if (this.video.paused) {
      if (this.video.ended) this.cover.hide();
      this.video.play().catch(() => {});
    } else this.video.pause();
  }

  #seek(ms, andPlay = false) {
    const to = Math.min(Math.max(ms, 0), Math.max(this.duration - 200, 0));
    if (!this.study.session) {
      this.pending = to;
      this.#position(to);
      if (andPlay) this.begin();
      return;
    }
    this.cover.hide();
    this.study.moved(); // up to this very millisecond, before the place changes
    this.video.currentTime = to / 1000;
    this.#position(to);
    if (andPlay && this.video.paused) this.video.play().catch(() => {});
  }

  #rate(value) {
    this.video.defaultPlaybackRate = value;
    this.video.playbackRate = value;
    this.controls.rate(value);
    wishes.set("rate", String(value));
  }

  /** A faster rate set from outside would earn nothing (ATK-A47); it would only cost the picture. */
  #limitRate() {
    if (this.video.playbackRate > this.maxRate) this.video.playbackRate = this.maxRate;
    this.controls.rate(this.video.playbackRate);
  }

  #step(by) {
    const offered = RATES.filter((rate) => rate <= this.maxRate);
    const at = offered.indexOf(this.video.playbackRate);
    this.#rate(offered[Math.min(Math.max(at + by, 0), offered.length - 1)]);
  }

  #captionsOn(on) {
    this.captions.toggle(on);
    this.controls.captions(this.captions.exist, on);
    wishes.set("captions", on ? "on" : "off");
  }

  #full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.requestFullscreen) this.requestFullscreen().catch(() => {});
    else if (this.webkitRequestFullscreen) this.webkitRequestFullscreen();
    else if (this.video.webkitEnterFullscreen) this.video.webkitEnterFullscreen();
  }

  #key(event) {
    if (this.controls.menuKey(event)) return;
    if (wishes.get("keys", "on") === "off" && event.key !== "?") return;
    const asked = wanted(event);
    if (!asked) return;
    event.preventDefault();
    this.controls.wake();
    this.act(...asked);
  }

  #sheet() {
    const { words } = this;
    const box = h("input", { type: "checkbox", class: "ck" });
    box.checked = wishes.get("keys", "on") === "on";
    box.addEventListener("change", () => wishes.set("keys", box.checked ? "on" : "off"));
    const rows = SHEET.map(([keys, text]) => h("div", {}, h("dt", {}, ...keys.map((key) => h("kbd", {}, key))), h("dd", {}, words(text))));
    const body = h("div", { class: "stack" }, h("dl", { class: "keysheet" }, ...rows), h("label", { class: "check" }, box, h("span", {}, words("keys_on"))));
    ask(words("keys"), body, [{ text: words("close"), value: "" }]);
  }

  /** The words for a number of milliseconds: m:ss. */
  clock(ms) {
    return clock(ms);
  }
}

/** `#t=83` → 83,000 ms; null when the address names no moment. */
export function startOf(hash) {
  const match = /^#t=(\d+(?:\.\d+)?)$/.exec(hash);
  return match ? Math.round(Number(match[1]) * 1000) : null;
}
