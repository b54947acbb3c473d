/** The panel beside the player: its tabs, and the chapters with their three states. */
import { measure } from "./ranges.js";

const ENOUGH = 0.9;

/** Tabs by the ARIA pattern: arrows move, the panel follows. */
export function tabs(list) {
  if (!list) return;
  const all = [...list.querySelectorAll("[role=tab]")];
  const choose = (chosen, focus) => all.forEach((tab) => {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    if (on && focus) tab.focus();
  });
  list.addEventListener("click", ({ target }) => {
    const tab = target.closest("[role=tab]");
    if (tab) choose(tab, false);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose(all[(all.indexOf(document.activeElement) + step + all.length) % all.length], true);
  });
}

/** The lectures of the course as the server has them now: a lecture was completed, perhaps the quiz is open. */
export async function renewLectures() {
  const answer = await fetch(window.location.href).catch(() => null);
  if (!answer || !answer.ok) return; // the list stays as it was; the next page says it
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-lectures]");
  if (fresh) document.querySelector("[data-lectures]").replaceWith(fresh);
}

export class Chapters {
  constructor(root, duration, seek) {
    this.items = root ? [...root.querySelectorAll("[data-goto]")] : [];
    this.starts = this.items.map((item) => Number(item.dataset.goto));
    this.duration = duration;
    this.covered = [];
    this.items.forEach((item, index) => item.addEventListener("click", () => seek(this.starts[index])));
  }

  credited(covered) {
    this.covered = covered;
    this.#show();
  }

  position(ms) {
    let now = -1;
    this.starts.forEach((start, index) => { if (start <= ms) now = index; });
    if (now === this.current) return;
    this.current = now;
    this.#show();
  }

  #show() {
    this.items.forEach((item, index) => {
      const from = this.starts[index];
      const to = index + 1 < this.starts.length ? this.starts[index + 1] : this.duration;
      const seen = measure(this.covered.map(([a, b]) => [Math.max(a, from), Math.min(b, to)]));
      const here = index === this.current;
      item.dataset.s = here ? "cur" : seen >= (to - from) * ENOUGH ? "done" : "todo";
      if (here) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    });
  }
}
