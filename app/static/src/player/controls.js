/** The controls over the stage: what they show and what they ask for. They act on the player only through `ask(act, argument)`. */
import { icon, setText } from "../lib/dom.js";
import { clock } from "../lib/time.js";
import { Sprite } from "./sprite.js";

const IDLE_MS = 3000;
export const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2];

export class Controls {
  /** @param {(act: string, argument?: any) => void} ask */
  constructor(player, duration, words, ask) {
    Object.assign(this, { player, duration, words, ask });
    this.find = (name) => player.querySelector(`[data-${name}]`);
    this.seekbar = this.find("seek");
    this.rates = this.find("rates");
    this.buffered = this.find("buffered");
    this.dragging = false;
    this.sprite = new Sprite();
    this.#buttons();
    this.#seeking();
    this.#idling();
  }

  #buttons() {
    this.player.addEventListener("click", (event) => {
      const button = event.target.closest("[data-pc]");
      if (button) this.ask(button.dataset.pc, button.dataset.value);
    });
    const video = this.find("stage");
    let touched = false;
    video.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    video.addEventListener("click", () => {
      if (!touched) this.ask("toggle");
      else if (this.player.hasAttribute("data-idle")) this.wake();
      else this.#sleep();
    });
    video.addEventListener("dblclick", () => this.ask("fullscreen"));
  }

  /** The slider asks for a place when it is let go or moved by keys; while it is dragged it only shows the time. */
  #seeking() {
    const bar = this.seekbar;
    bar.max = String(this.duration / 1000);
    bar.addEventListener("pointerdown", () => { this.dragging = true; });
    bar.addEventListener("input", () => {
      this.#time(Number(bar.value) * 1000);
      if (!this.dragging) this.ask("seek", Number(bar.value) * 1000);
    });
    bar.addEventListener("change", () => {
      if (this.dragging) this.ask("seek", Number(bar.value) * 1000);
      this.dragging = false;
    });
    bar.addEventListener("pointermove", (event) => this.#hint(event));
    bar.addEventListener("pointerleave", () => { this.find("hint").hidden = true; });
  }

  /** Time, and picture where there is a sprite, under the pointer. */
  #hint(event) {
    const box = this.seekbar.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    const hint = this.find("hint");
    const picture = hint.firstElementChild;
    hint.hidden = false;
    setText(hint.lastElementChild, clock(share * this.duration));
    this.sprite.show(picture, share * this.duration);
    const half = hint.offsetWidth / 2;
    hint.style.left = `${Math.min(Math.max(share * box.width, half), box.width - half)}px`;
  }

  /** The controls go after three seconds of play; never while one of them has the focus or a menu is open. */
  #idling() {
    for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) this.player.addEventListener(name, () => this.wake());
    this.player.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") this.#soon(600); });
  }

  wake() {
    delete this.player.dataset.idle;
    this.#soon(IDLE_MS);
  }

  #soon(ms) {
    clearTimeout(this.sleeping);
    this.sleeping = setTimeout(() => this.#sleep(), ms);
  }

  #sleep() {
    const focused = document.activeElement;
    const held = this.player.contains(focused) && focused.matches(":focus-visible");
    if (this.player.dataset.state === "playing" && !held && this.rates.hidden && !this.dragging) this.player.dataset.idle = "";
  }

  #time(ms) {
    setText(this.find("time"), clock(ms));
    this.seekbar.setAttribute("aria-valuetext", this.words("at", { time: clock(ms), length: clock(this.duration) }));
  }

  position(ms) {
    if (this.dragging) return;
    this.seekbar.value = String(ms / 1000);
    this.#time(ms);
  }

  buffer(video) {
    const { buffered } = video;
    const end = buffered.length ? buffered.end(buffered.length - 1) * 1000 : 0;
    if (this.buffered) this.buffered.setAttribute("width", ((Math.min(end, this.duration) / this.duration) * 1000).toFixed(1));
  }

  /** @param {"paused" | "playing"} state */
  state(state) {
    this.player.dataset.state = state;
    this.player.querySelectorAll('[data-pc="toggle"]').forEach((button) => {
      button.setAttribute("aria-label", this.words(state === "playing" ? "pause" : "play"));
    });
    this.wake();
  }

  rate(value) {
    const button = this.find("rate");
    setText(button, `${value}×`);
    button.setAttribute("aria-label", this.words("rate", { rate: `${value}×` }));
    this.rates.querySelectorAll("button").forEach((item) => item.setAttribute("aria-checked", String(Number(item.dataset.value) === value)));
  }

  /** The menu of speeds ends at what the rules allow (decisions 7). */
  offer(rates) {
    this.rates.replaceChildren(...rates.map((rate) => {
      const item = document.createElement("button");
      Object.assign(item, { type: "button", textContent: `${rate}×` });
      item.setAttribute("role", "menuitemradio");
      item.dataset.pc = "setrate";
      item.dataset.value = String(rate);
      return item;
    }));
  }

  menu(open = this.rates.hidden) {
    this.rates.hidden = !open;
    this.find("rate").setAttribute("aria-expanded", String(open));
    if (open) (this.rates.querySelector('[aria-checked="true"]') || this.rates.firstElementChild).focus();
  }

  /** Arrows inside the open menu; Escape closes it. @returns {boolean} whether the key was used */
  menuKey(event) {
    if (this.rates.hidden) return false;
    const items = [...this.rates.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    else if (event.key === "Escape") {
      this.menu(false);
      this.find("rate").focus();
    } else return false;
    event.preventDefault();
    return true;
  }

  captions(exist, on) {
    const button = this.player.querySelector('[data-pc="captions"]');
    button.hidden = !exist;
    button.setAttribute("aria-pressed", String(on));
  }

  muted(muted) {
    this.player.toggleAttribute("data-muted", muted);
    this.player.querySelector('[data-pc="mute"]').setAttribute("aria-pressed", String(muted));
  }

  full(is) {
    const button = this.player.querySelector('[data-pc="fullscreen"]');
    button.replaceChildren(icon(is ? "minimize" : "maximize"));
    button.setAttribute("aria-label", this.words(is ? "leave_full" : "full"));
  }
}
