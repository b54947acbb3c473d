/** Captions in our own overlay (native cues lie under the controls), and the transcript made of the same cues. */
import { clock } from "../lib/time.js";
import { h } from "../lib/dom.js";

/** A cue's text without its markup of voices and classes. */
export function plain(text) {
  return text.replace(/<[^>]*>/g, "").trim();
}

export class Captions {
  constructor(video, overlay) {
    this.overlay = overlay;
    this.element = video.querySelector("track");
    this.track = this.element ? this.element.track : null;
    this.on = false;
    if (!this.track) return;
    this.track.mode = "hidden";
    this.track.addEventListener("cuechange", () => this.#show());
  }

  get exist() {
    return Boolean(this.track);
  }

  toggle(on) {
    this.on = on;
    this.#show();
  }

  /** Cues once they are there. @param {(cues: {from: number, to: number, text: string}[]) => void} use */
  whenLoaded(use) {
    if (!this.track) return;
    const give = () => use([...(this.track.cues || [])].map((cue) => ({
      from: Math.round(cue.startTime * 1000), to: Math.round(cue.endTime * 1000), text: plain(cue.text),
    })));
    if (this.element.readyState === 2) give();
    else this.element.addEventListener("load", give, { once: true });
  }

  #show() {
    if (!this.track) return;
    const cues = this.on ? [...(this.track.activeCues || [])] : [];
    const text = cues.map((cue) => plain(cue.text)).filter(Boolean).join("\n");
    if (this.overlay.textContent === text) return;
    this.overlay.replaceChildren(...(text ? [h("span", {}, text)] : []));
  }
}

/** The transcript: press a line to go there; the current line is marked and kept in view; search within it. */
export class Transcript {
  /** @param {(ms: number) => void} seek */
  constructor(panel, words, seek) {
    this.panel = panel;
    this.words = words;
    this.seek = seek;
    this.lines = [];
    this.current = -1;
  }

  fill(cues) {
    if (!this.panel || cues.length === 0) return;
    this.cues = cues;
    const list = h("div", { class: "script" });
    this.lines = cues.map((cue) => h("button", { type: "button", onclick: () => this.seek(cue.from) },
      h("span", { class: "num" }, clock(cue.from)), h("span", {}, cue.text)));
    list.append(...this.lines);
    const search = h("input", { class: "inp", type: "search", placeholder: this.words("find"), "aria-label": this.words("find") });
    search.addEventListener("input", () => this.#filter(search.value.trim().toLowerCase()));
    this.empty = h("p", { class: "muted small script-q", hidden: true }, this.words("found_none"));
    this.list = list;
    this.panel.replaceChildren(h("div", { class: "script-q" }, search), this.empty, list);
  }

  #filter(wanted) {
    let shown = 0;
    this.lines.forEach((line, index) => {
      const { text } = this.cues[index];
      const at = wanted ? text.toLowerCase().indexOf(wanted) : -1;
      line.hidden = Boolean(wanted) && at < 0;
      shown += line.hidden ? 0 : 1;
      line.lastChild.replaceChildren(...(at < 0 ? [text]
        : [text.slice(0, at), h("mark", {}, text.slice(at, at + wanted.length)), text.slice(at + wanted.length)]));
    });
    this.empty.hidden = shown > 0;
  }

  position(ms) {
    if (this.lines.length === 0) return;
    let now = -1;
    for (let index = 0; index < this.cues.length && this.cues[index].from <= ms; index += 1) now = index;
    if (now === this.current) return;
    if (this.current >= 0) this.lines[this.current].removeAttribute("aria-current");
    this.current = now;
    if (now < 0) return;
    const line = this.lines[now];
    line.setAttribute("aria-current", "true");
    if (this.panel.hidden || this.list.contains(document.activeElement)) return;
    this.list.scrollTop = line.offsetTop - this.list.offsetTop - this.list.clientHeight / 3;
  }
}
