/** One file under way: name, size, bar, speed, time left; pause, resume, cancel; then the steps of the pipeline. */
import { h, icon, setText } from "../lib/dom.js";
import { clock, size } from "../lib/time.js";

export class Row {
  /** @param {Record<string, () => void>} acts pause, resume, cancel, retry */
  constructor(name, bytes, words, acts) {
    this.words = words;
    this.bytes = bytes;
    this.bar = h("progress", { max: bytes, value: 0, "aria-label": words("progress", { name }) });
    this.note = h("p", { class: "file-note num" }, words("waiting"));
    this.steps = h("ol", { class: "steps", hidden: true });
    this.buttons = Object.fromEntries(["pause", "resume", "retry", "cancel"].map((act) => [act,
      h("button", { class: `btn btn-s${act === "cancel" ? " btn-t" : ""}`, type: "button", onclick: acts[act] }, words(act))]));
    this.actions = h("span", { class: "row" }, ...Object.values(this.buttons));
    this.element = h("li", { class: "file" }, icon("file-video"),
      h("span", { class: "grow" }, h("b", { class: "blk clamp1" }, name), h("span", { class: "muted small num" }, size(bytes))),
      this.actions, this.bar, this.note, this.steps);
    this.state("waiting");
  }

  /** @param {"waiting" | "running" | "paused" | "retry" | "failed" | "sent"} state */
  state(state, text = "") {
    this.element.dataset.state = state;
    const shown = { waiting: ["cancel"], running: ["pause", "cancel"], paused: ["resume", "cancel"], retry: ["pause", "cancel"], failed: ["retry", "cancel"], sent: [] };
    for (const [act, button] of Object.entries(this.buttons)) button.hidden = !shown[state].includes(act);
    this.bar.hidden = state === "sent";
    if (text) setText(this.note, text);
  }

  progress(sent, pace) {
    this.bar.value = sent;
    const seconds = pace.left(this.bytes);
    const facts = { done: size(sent), all: size(this.bytes), speed: size(pace.speed), left: clock((seconds || 0) * 1000) };
    setText(this.note, this.words(seconds === null ? "started" : "speed", facts));
  }

  /** @param {{step: string, state: string, detail: string}[]} steps */
  pipeline(steps, text) {
    this.steps.hidden = false;
    this.steps.replaceChildren(...steps.map(({ step, state, detail }) =>
      h("li", { class: state, "aria-current": state === "now" ? "step" : null }, h("b", {}, this.words(`step_${step}`)), h("span", { class: "num" }, detail))));
    setText(this.note, text);
    this.note.hidden = !text;
  }

  link(href) {
    this.actions.replaceChildren(h("a", { class: "btn btn-s", href }, this.words("open")));
  }
}
