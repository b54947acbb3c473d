/** The sitting page: paper, queue of answers, clock, keys, handing in. Markup: docs of the front end, exams/attempt.html. */
import { ask, close } from "../lib/dialog.js";
import { h, isTyping, setText } from "../lib/dom.js";
import { Failure, send } from "../lib/http.js";
import { wordsOf } from "../lib/words.js";
import { Answers } from "./answers.js";
import { Countdown, left } from "./countdown.js";
import { Flags } from "./flags.js";
import { Layout } from "./layout.js";
import { localStore } from "./local.js";
import { Notes } from "./notes.js";
import { Paper } from "./paper.js";
import { Screen } from "./screen.js";
import { summary } from "./summary.js";

const TYPING_MS = 800;
const DRAIN_MS = 6000, MOMENT_MS = 1000;
const ANNOUNCED_MS = 30_000;

export class Desk {
  constructor(form) {
    this.form = form;
    this.data = form.dataset;
    this.left = new AbortController();
    this.words = wordsOf(form);
    this.api = `/api/v1/attempts/${this.data.attempt}`;
    this.saved = document.querySelector("[data-saved]");
    const put = (questions) => send("PUT", `${this.api}/flags`, { questions });
    this.flags = new Flags(this.data.flags, { put, store: localStore(`flags:${this.data.attempt}`), later: (act, ms) => setTimeout(act, ms) });
    this.paper = new Paper(form, this.words, this.flags);
    this.answers = new Answers({
      put: (question, body) => send("PUT", `${this.api}/answers/${question}`, body).then((kept) => this.#until(kept)),
      store: localStore(`answers:${this.data.attempt}`),
      later: (act, ms) => setTimeout(act, ms), tell: (event) => this.#heard(event),
    });
    this.notes = new Notes({
      post: (events, keepalive) => send("POST", `${this.api}/events`, { events }, { keepalive }),
      later: (act, ms) => setTimeout(act, ms), now: () => new Date().toISOString(),
    });
    this.refused = new Set(); // questions whose last answer the server could not take
    this.done = false;
    this.layout = new Layout(this.paper, localStore("paper:all"), this.left.signal);
    this.#begin();
    this.#listen();
  }

  #begin() {
    const revs = Object.fromEntries(this.paper.questions.map(({ dataset }) => [dataset.question, Number(dataset.rev || 0)]));
    for (const [question, value] of this.answers.begin(revs)) this.paper.put(this.paper.indexOf(question), value);
    if (!this.data.deadline) return;
    this.countdown = new Countdown(Date.parse(this.data.deadline), Date.parse(this.data.now), performance.now());
    this.ticking = setInterval(() => this.#tick(), 500);
    this.#tick();
  }

  #listen() {
    const { form, left: { signal } } = this;
    const listen = (target, name, act) => target.addEventListener(name, act, { signal });
    listen(form, "change", (event) => this.#changed(event.target));
    listen(form, "input", (event) => this.#typed(event.target));
    listen(form, "submit", (event) => { event.preventDefault(); this.review(); });
    listen(document, "click", (event) => this.#pressed(event));
    listen(document, "keydown", (event) => this.#key(event));
    listen(window, "online", () => { this.answers.pump(); this.notes.send(); this.flags.send(); });
    listen(window, "pageshow", ({ persisted }) => { if (persisted) this.#again(); });
    listen(document, "visibilitychange", () => {
      this.#flush(); this.#note(document.hidden ? "hidden" : "shown", document.hidden);
      if (!document.hidden) this.#again();
    });
    listen(form, "paste", () => this.#note("paste"));
    listen(window, "blur", () => { if (!document.hidden) this.#note("blur"); });
    listen(window, "focus", () => this.#note("focus"));
    this.screen = new Screen(this.words, (kind) => this.#note(kind), signal);
    listen(window, "beforeunload", (event) => {
      this.#flush(); this.answers.leave();
      if (this.answers.pending === 0 || this.done) return;
      event.preventDefault(); event.returnValue = ""; // the latter is what Chromium before 119 wants to see
    });
  }

  #changed(target) {
    const question = target.closest("[data-question]");
    if (!question || this.done) return;
    clearTimeout(this.typing);
    this.typing = null;
    this.#save(this.paper.questions.indexOf(question));
  }

  /** Text is saved when the hand rests; leaving the field (`change`) or the page saves it at once. */
  #typed(target) {
    if (!target.matches("textarea, [data-blank], input[type=text]")) return;
    const index = this.paper.questions.indexOf(target.closest("[data-question]"));
    clearTimeout(this.typing);
    this.typed = index;
    this.typing = setTimeout(() => { this.typing = null; this.#save(index); }, TYPING_MS);
  }

  /** What was typed a moment ago is saved now. */
  #flush() {
    if (!this.typing) return;
    clearTimeout(this.typing);
    this.typing = null;
    this.#save(this.typed);
  }

  #save(index) {
    this.paper.refresh();
    if (this.answers.over) { // nothing that is written here is kept any more: say so again
      if (this.superseded && !document.querySelector("dialog[open]")) this.#elsewhere(this.superseded);
      return;
    }
    this.#state("saving");
    this.refused.delete(this.paper.id(index));
    this.answers.change(this.paper.id(index), this.paper.value(index));
  }

  #pressed(event) {
    const button = event.target.closest("[data-act]");
    const link = event.target.closest("[data-sheet] a");
    if (link) {
      event.preventDefault();
      const index = [...link.parentElement.children].indexOf(link);
      const dialog = link.closest("dialog");
      if (dialog) close(dialog);
      this.paper.go(index);
    } else if (button) this.act(button.dataset.act);
  }

  act(name) {
    const { paper } = this;
    if (name === "prev") paper.go(paper.current - 1);
    if (name === "next") paper.go(paper.current + 1);
    if (name === "flag") paper.flag();
    if (name === "sheet") this.#sheet();
    if (name === "forward") this.#forward();
    if (name === "full") this.screen.toggle();
  }

  /** A–H choose, ← → change the question, M flags; letters stay letters inside a field. */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = isTyping(event.target);
    if (event.key === "Enter" && event.target.matches("[data-question] input")) {
      event.preventDefault();
      if (!typing && !("sequential" in this.data)) this.act("next");
      return;
    }
    if (typing) return;
    const key = event.key.toUpperCase();
    const act = "sequential" in this.data ? null : { ARROWLEFT: "prev", ARROWRIGHT: "next", M: "flag" }[key];
    if (act) this.act(act);
    else if (!/^[A-H]$/.test(key) || !this.paper.press(key)) return;
    event.preventDefault();
  }

  #sheet() {
    const parts = ["[data-sheet]", ".legend"].map((part) => this.form.querySelector(`.ex-side ${part}`).cloneNode(true));
    ask(this.words("sheet"), h("div", { class: "stack" }, ...parts), [{ text: this.words("close"), value: "" }, { text: this.words("hand_in"), value: "hand", tone: "p" }])
      .then((choice) => { if (choice === "hand") this.review(); });
    this.paper.refresh();
  }

  /* Saving */

  #heard(event) {
    const act = {
      saved: () => (this.refused.size ? this.#state("stop", "", this.#notTaken()) : this.#state("ok", "saved")),
      waiting: () => this.#state("retry", "offline"),
      stale: () => this.#stale(event),
      refused: () => { this.refused.add(event.question); this.#state("stop", "", event.text); },
      signed_out: () => { this.signedOut = true; this.#state("stop", "signed_out"); },
      late: () => this.#timeUp(),
      superseded: () => (this.signedOut ? this.#regain() : this.#elsewhere(event.facts)),
      stopped: () => this.#state("stop", "", event.text),
    }[event.kind];
    if (act) act();
  }

  /** The questions whose answer could not be taken, by number. */
  #notTaken() {
    return `${this.words("refused")} ${this.#refusedAt().map((index) => index + 1).join(" · ")}`;
  }

  #refusedAt() {
    return [...this.refused].map((id) => this.paper.indexOf(id)).sort((one, other) => one - other);
  }

  #state(state, key, text) {
    if (!this.saved) return;
    this.saved.dataset.state = state;
    setText(this.saved.querySelector("span"), text || this.words(key || state));
  }

  async #stale({ question, facts }) {
    const index = this.paper.indexOf(question);
    if (facts.code === "question_passed" && index >= 0) { await this.#turn(); return; }
    const newer = facts.current !== undefined && "value" in facts ? { rev: facts.current, value: facts.value } : await this.#held(question);
    if (!newer || index < 0) return;
    this.answers.adopt(question, newer.rev);
    this.paper.put(index, newer.value);
    this.#state("ok", "newer");
  }

  async #held(question) {
    const held = await send("GET", this.api).catch(() => null);
    return held ? held.answers[question] : null;
  }

  /** The page was away: what is the time, and is the attempt still ours. */
  async #again() {
    this.answers.pump(); this.flags.send();
    const held = await send("GET", this.api).catch(() => null);
    if (held && held.server_now && this.countdown) this.countdown.set(Date.parse(held.server_now), performance.now());
    this.#until(held);
  }

  /** The server names the deadline: later than this page knew where extra time was given. */
  #until(told) {
    const moment = told && Date.parse(told.deadline);
    if (!this.countdown || !this.countdown.until(moment, performance.now())) return;
    const time = new Date(moment).toLocaleTimeString("sv-SE", { timeZone: "Asia/Shanghai" });
    this.#announce(this.words("more_time", { time }));
  }

  #note(kind, leaving = false) {
    if ("events" in this.data && !this.done) this.notes.add(kind, leaving);
  }

  /* One question after another */

  /** On to the next question, once this one's answer has arrived: there is no way back. */
  async #forward() {
    if (this.moving || this.done) return;
    this.moving = true;
    this.#flush();
    const text = this.words("leave_text");
    const go = this.paper.isWhole
      || (await ask(this.words("leave_title"), text, [{ text: this.words("back"), value: "" }, { text: this.words("go_on"), value: "go", tone: "p" }])) === "go";
    if (go) await this.#goOn();
    this.moving = false;
  }

  async #goOn() {
    await this.#drain();
    try {
      if (this.answers.pending) throw new Failure(0);
      await send("POST", `${this.api}/forward`, { to: Number(this.data.sequential) + 1 });
      await this.#turn();
    } catch (error) {
      if (error.status === 410) this.#timeUp();
      else if (error.status === 423) this.#elsewhere(error.facts);
      else if (error.status === 409) await this.#turn();
      else {
        this.#state("retry", "offline");
        ask(this.words("not_moved"), error.status ? error.message : this.words("no_net"), [{ text: this.words("close"), value: "" }]);
      }
    }
  }

  /** Put the question that is due into this page, which therefore stays in full screen. */
  async #turn() {
    const answer = await fetch(window.location.pathname, { credentials: "same-origin" }).catch(() => null);
    const text = answer && answer.ok ? await answer.text() : "";
    const next = new DOMParser().parseFromString(text, "text/html").querySelector("[data-exam]");
    if (!next) { window.location.reload(); return; }
    this.left.abort();
    clearInterval(this.ticking);
    this.notes.send();
    this.form.replaceWith(next);
    new Desk(next).paper.go(0);
  }

  /* The clock */

  #tick() {
    const now = performance.now();
    const seconds = this.countdown.seconds(now);
    const timer = document.querySelector(".timer");
    setText(timer.querySelector("[data-clock]"), left(seconds));
    timer.toggleAttribute("data-near", seconds <= 600 && seconds > 60);
    timer.toggleAttribute("data-last", seconds <= 60);
    const mark = this.countdown.mark(now);
    if (mark) this.#announce(this.words(mark === 600 ? "ten_minutes" : "one_minute"));
    if (seconds <= 0) this.#timeUp();
  }

  #announce(text) {
    const place = document.querySelector("[data-announce]");
    setText(place, text);
    clearTimeout(this.announced);
    this.announced = setTimeout(() => setText(place, ""), ANNOUNCED_MS);
  }

  /** Time is up: what was typed or is on its way has the grace of the server, then the paper is in. */
  async #timeUp() {
    if (this.done) return;
    clearInterval(this.ticking);
    this.#flush();
    this.done = true;
    this.#state("saving", "handing_in");
    await this.#drain();
    const error = await send("POST", `${this.api}/submit`, { due: true }).then(() => null, (failure) => failure);
    if (error && error.facts && error.facts.code === "still_time") {
      this.#goOnUntil(error.facts);
      return;
    }
    const late = [...this.answers.waiting.keys()].map((id) => this.paper.indexOf(id) + 1).filter(Boolean);
    this.answers.finish();
    const lines = [this.words("time_up_text"), late.length && this.words("too_late", { numbers: late.join(", ") })].filter(Boolean);
    const text = h("div", { class: "stack-2" }, ...lines.map((line) => h("p", {}, line)));
    await ask(this.words("time_up"), text, [{ text: this.words("result"), value: "go", tone: "p" }]);
    window.location.href = this.data.result;
  }

  #goOnUntil(facts) {
    this.done = false;
    this.#state("ok", "saved");
    this.#until(facts);
    this.ticking = setInterval(() => this.#tick(), 500);
  }

  /** Signed in again, in another window: the attempt is bound to the new sign-in, and what waits is sent. */
  async #regain() {
    this.signedOut = false;
    const failed = await send("POST", `/api/v1/exams/${this.data.examUid}/attempts`, {}).then(() => null, (failure) => failure);
    if (failed) this.#elsewhere(failed.facts);
    else this.answers.resume();
  }

  #elsewhere(facts) {
    clearInterval(this.ticking);
    this.superseded = facts;
    this.#state("stop", "stopped");
    const title = facts.device ? this.words("elsewhere", { device: facts.device }) : this.words("elsewhere_unknown");
    const actions = [{ text: this.words("close"), value: "" }];
    if (this.data.examUid) actions.unshift({ text: this.words("take_back"), value: "back", tone: "p" });
    ask(title, this.words("elsewhere_text"), actions).then(async (choice) => {
      if (choice !== "back") return;
      this.done = true; // what waits is kept on this machine, so nobody is asked whether to leave
      await send("POST", `/api/v1/exams/${this.data.examUid}/attempts`, {}).catch(() => {});
      window.location.reload();
    });
  }

  /* Handing in */

  /** What is open, said before anything is handed in. */
  async review() {
    if (this.done || this.reviewing) return;
    this.reviewing = true; this.#flush(); await this.#drain(MOMENT_MS); this.reviewing = false; // what is on its way is not "not sent"
    const lines = summary({ paper: this.paper, words: this.words, data: this.data, refused: this.#refusedAt(), pending: this.answers.pending });
    const choice = await ask(this.words("hand_in_title"), lines,
      [{ text: this.words("back"), value: "" }, { text: this.words("hand_in"), value: "hand", tone: "p" }]);
    if (choice === "hand") this.handIn();
  }

  /** Let the last answers arrive before the paper does; not longer than a moment. */
  async #drain(most = DRAIN_MS) {
    const until = performance.now() + most;
    while (this.answers.pending && !this.answers.over && performance.now() < until) {
      await this.answers.pump();
      if (this.answers.pending) await new Promise((done) => { setTimeout(done, 500); });
    }
  }

  async handIn() {
    this.#state("saving", "handing_in");
    this.flags.send(); await this.#drain();
    if (this.answers.pending) {
      this.#notHandedIn();
      return;
    }
    try {
      const receipt = await send("POST", `${this.api}/submit`, {}, { headers: { "Idempotency-Key": `submit-${this.data.attempt}` } });
      this.#received(receipt);
    } catch (error) {
      if (error.status === 410) this.#timeUp();
      else if (error.status === 423) this.#elsewhere(error.facts);
      else this.#notHandedIn(error.status === 0 ? "" : error.message);
    }
  }

  #notHandedIn(text = "") {
    const why = text || this.words(this.signedOut ? "signed_out" : "no_net");
    this.#state(this.signedOut ? "stop" : "retry", this.signedOut ? "signed_out" : "offline");
    ask(this.words("not_handed_in"), why, [{ text: this.words("back"), value: "" }, { text: this.words("again"), value: "again", tone: "p" }])
      .then((choice) => { if (choice === "again") this.handIn(); });
  }

  #received({ submitted_at: at, receipt }) {
    this.done = true;
    clearInterval(this.ticking);
    this.answers.finish();
    this.#state("ok", "saved");
    const time = new Date(at).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" });
    const [before, after] = this.words("receipt_text", { time, receipt: "\n" }).split("\n");
    const text = h("p", { class: "num" }, before, h("span", { class: "nowrap" }, receipt), after);
    ask(this.words("receipt"), text, [{ text: this.words("result"), value: "go", tone: "p" }]).then(() => { window.location.href = this.data.result; });
  }
}
