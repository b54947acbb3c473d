/** `<tus-upload>`: several files at a time, each resumable (tus 1.0), then followed through the pipeline. */
import { Upload, defaultOptions } from "tus-js-client";
import { ask } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { csrfToken, send } from "../lib/http.js";
import { size } from "../lib/time.js";
import { wordsOf } from "../lib/words.js";
import { Pace } from "./pace.js";
import { settled, steps } from "./pipeline.js";
import { Row } from "./row.js";

const AT_ONCE = 2;
const RETRY_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000];
const POLL_MS = 2000;
const POLL_HIDDEN_MS = 5000;
const MEDIA = /^(video|audio)\//;
const ENDINGS = /\.(mp4|m4v|mov|mkv|webm|avi|flv|wmv|mpe?g|ts|mts|mp3|m4a|aac|wav|flac|ogg|opus|wma)$/i;

export class TusUpload extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.words = wordsOf(this);
    this.list = this.querySelector("[data-files]");
    this.list.removeAttribute("aria-live"); // a bar that speaks every second helps nobody
    this.running = 0;
    this.line = [];
    const pick = this.querySelector("[data-pick]");
    pick.addEventListener("change", () => { this.#take([...pick.files]); pick.value = ""; });
    this.#dropping();
    this.#unfinished();
  }

  /** Files may be dropped anywhere on the page. */
  #dropping() {
    const over = (is) => this.toggleAttribute("data-over", is);
    document.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      over(true);
    });
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
    document.addEventListener("drop", (event) => {
      over(false);
      if (event.dataTransfer.files.length === 0) return;
      event.preventDefault();
      this.#take([...event.dataTransfer.files]);
    });
  }

  /** What an earlier visit began and did not finish: the same file, chosen again, goes on where it stopped. */
  async #unfinished() {
    const known = await defaultOptions.urlStorage.findAllUploads().catch(() => []);
    for (const one of known) {
      const offset = await this.#offset(one.uploadUrl);
      if (offset === null) {
        await defaultOptions.urlStorage.removeUpload(one.urlStorageKey);
        continue;
      }
      const facts = { name: one.metadata.filename || "", percent: Math.floor((offset / one.size) * 100) };
      const forget = h("button", { class: "btn btn-s", type: "button" }, this.words("forget"));
      const note = h("li", { class: "file", "data-key": one.urlStorageKey }, icon("history"), h("span", { class: "grow" }, this.words("unfinished", facts)), forget);
      forget.addEventListener("click", async () => {
        note.remove();
        await Upload.terminate(one.uploadUrl, { ...defaultOptions, headers: { "X-CSRFToken": csrfToken() } }).catch(() => {});
        await defaultOptions.urlStorage.removeUpload(one.urlStorageKey);
      });
      this.list.append(note);
    }
  }

  /** How far the server has an upload; null when it does not know it any more. */
  async #offset(url) {
    try {
      const answer = await fetch(url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" }, credentials: "same-origin" });
      return answer.ok ? Number(answer.headers.get("Upload-Offset")) : null;
    } catch {
      return 0;
    }
  }

  #take(files) {
    for (const file of files) {
      const fault = this.#fault(file);
      if (fault) this.list.append(h("li", { class: "file", "data-state": "failed" }, h("b", { class: "grow clamp1" }, file.name), h("p", { class: "file-note" }, fault)));
      else this.line.push(new Job(this, file));
    }
    this.next();
  }

  #fault(file) {
    const most = Number(this.dataset.max || Infinity);
    if (file.size === 0) return this.words("empty");
    if (file.size > most) return this.words("too_large", { max: size(most) });
    if (!MEDIA.test(file.type) && !ENDINGS.test(file.name)) return this.words("not_media");
    return "";
  }

  next() {
    while (this.running < AT_ONCE && this.line.length > 0) this.line.shift().start();
  }
}

/** One file from the first byte to "ready". */
class Job {
  constructor(host, file) {
    Object.assign(this, { host, file, words: host.words, pace: new Pace(), started: false, active: false });
    this.row = new Row(file.name, file.size, host.words, {
      pause: () => this.#pause(), resume: () => this.#resume(), retry: () => this.#resume(), cancel: () => this.#cancel(),
    });
    host.list.append(this.row.element);
    this.upload = new Upload(file, {
      endpoint: host.dataset.endpoint,
      chunkSize: Number(host.dataset.chunk || 8 * 1024 * 1024),
      retryDelays: RETRY_MS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, filetype: file.type },
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
      onShouldRetry: (error) => this.#mayRetry(error),
      onProgress: (sent) => this.#progress(sent),
      onSuccess: ({ lastResponse }) => this.#sent(lastResponse),
      onError: (error) => this.#failed(error),
    });
  }

  /** Two files go at a time; a paused or failed one makes room. */
  #enter() {
    if (!this.active) this.host.running += 1;
    this.active = true;
  }

  #leave() {
    if (this.active) this.host.running -= 1;
    this.active = false;
    this.host.next();
  }

  async start() {
    this.started = true;
    this.#enter();
    this.row.state("running", this.words("started", { done: size(0), all: size(this.file.size) }));
    const before = await this.upload.findPreviousUploads();
    if (before.length > 0) {
      this.upload.resumeFromPreviousUpload(before[0]);
      const note = this.host.list.querySelector(`[data-key="${CSS.escape(before[0].urlStorageKey)}"]`);
      if (note) note.remove();
    }
    this.upload.start();
  }

  #progress(sent) {
    this.pace.add(sent, performance.now());
    this.row.state("running");
    this.row.progress(sent, this.pace);
    this.share = Math.floor((sent / this.file.size) * 100);
  }

  #mayRetry(error) {
    const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
    const passing = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
    if (passing) this.row.state("retry", this.words("offline"));
    this.pace.reset();
    return passing;
  }

  #pause() {
    this.upload.abort();
    this.pace.reset();
    this.row.state("paused", this.words("paused", { percent: this.share || 0 }));
    this.#leave();
  }

  #resume() {
    this.#enter();
    this.row.state("running");
    this.upload.start();
  }

  async #cancel() {
    const { name } = this.file;
    const choice = this.started ? await ask(this.words("sure", { name }), this.words("sure_text"),
      [{ text: this.words("cancel"), value: "yes", tone: "d" }, { text: this.words("keep"), value: "" }]) : "yes";
    if (choice !== "yes") return;
    this.row.element.remove();
    this.host.line = this.host.line.filter((job) => job !== this);
    if (!this.started) return;
    await this.upload.abort(true).catch(() => {});
    this.#leave();
  }

  #failed(error) {
    const answer = error.originalResponse;
    let reason = error.message;
    try {
      reason = JSON.parse(answer.getBody()).detail || reason;
    } catch {
      reason = answer ? `HTTP ${answer.getStatus()}` : this.words("offline");
    }
    this.row.state("failed", this.words("failed", { reason }));
    this.#leave();
  }

  #sent(response) {
    this.row.state("sent", this.words("uploaded"));
    this.#leave();
    const uid = response ? response.getHeader("Upload-Media") : null;
    if (!uid) return;
    this.#offer(uid);
    this.#follow(uid);
  }

  /** Ask for the state of the file until nothing more will happen by itself. */
  async #follow(uid) {
    const media = await send("GET", `${this.host.dataset.media}${uid}`).catch(() => null);
    if (media) {
      this.row.pipeline(steps(media), media.state === "ready" ? "" : media.reason || "");
      this.row.element.dataset.state = media.state === "failed" ? "failed" : "sent";
      if (this.host.dataset.open) this.row.link(this.host.dataset.open.replace("{uid}", uid));
    }
    if (!media || !settled(media)) setTimeout(() => this.#follow(uid), document.hidden ? POLL_HIDDEN_MS : POLL_MS);
  }

  /** Where a form beside the drop zone chooses a file, the new one can be chosen at once; an empty choice takes it. */
  #offer(uid) {
    const select = document.querySelector(`select[name="${this.host.dataset.field || ""}"]`);
    if (!select) return;
    const wasEmpty = !select.value;
    select.add(new Option(this.file.name, uid));
    if (wasEmpty) select.value = uid;
  }
}
