/** One question at a time, or all of them on one page, where the screen is wide and there is a way back. */
import { icon } from "../lib/dom.js";

export class Layout {
  /** @param {{load: () => any, save: (isAll: boolean) => void}} store what this machine remembers */
  constructor(paper, store, signal) {
    this.paper = paper;
    this.store = store;
    if (paper.form.dataset.sequential !== undefined || paper.questions.length < 2) return;
    const listen = (target, name, act) => target.addEventListener(name, act, { signal, capture: true });
    listen(paper.form, "focusin", ({ target }) => this.#here(target));
    listen(paper.form, "click", ({ target }) => (target.closest('[data-act="all"]') ? this.#toggle() : this.#here(target)));
    listen(window, "scroll", () => this.#look());
    this.#show(store.load() === true);
  }

  #toggle() {
    const isAll = !this.paper.form.hasAttribute("data-all");
    this.store.save(isAll);
    this.#show(isAll);
  }

  #show(isAll) {
    const { paper } = this;
    paper.form.toggleAttribute("data-all", isAll);
    paper.form.querySelectorAll('[data-act="all"]').forEach((button) => {
      button.hidden = false;
      button.replaceChildren(icon(isAll ? "file-text" : "list", "i-sm"), paper.words(isAll ? "one_each" : "one_page"));
    });
    if (paper.isAll && paper.current) paper.questions[paper.current].scrollIntoView();
  }

  /** The hand is at this question. */
  #here(target) {
    const index = this.paper.questions.indexOf(target.closest("[data-question]"));
    if (this.paper.isAll && index >= 0 && index !== this.paper.current) this.paper.mark(index);
  }

  /** After scrolling, the first question in sight, so that no key answers one that is not. */
  #look() {
    const { paper } = this;
    if (!paper.isAll) return;
    const bar = document.querySelector(".ex-bar").getBoundingClientRect().bottom;
    const places = paper.questions.map((question) => question.getBoundingClientRect());
    const isSeen = ({ top, bottom }) => bottom > bar + 80 && top < window.innerHeight - 80;
    const first = places.findIndex(isSeen);
    if (first >= 0 && !isSeen(places[paper.current])) paper.mark(first);
  }
}
