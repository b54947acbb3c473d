/** The paper as it stands in the page: one question at a time, its value, its flag, the answer sheet. */
import { icon, setText } from "../lib/dom.js";

/** Whether a value counts as an answer. */
export function isAnswered(value) {
  if (Array.isArray(value)) return value.some((part) => String(part).trim() !== "");
  if (value && typeof value === "object") return Object.values(value).some(isAnswered);
  return typeof value === "string" && value.trim() !== "";
}

/** Whether nothing of an answer is left out: none of several blanks, none of these `parts` of a case. */
export function isWhole(value, parts = []) {
  if (Array.isArray(value)) return value.length > 0 && value.every(isAnswered);
  return value && typeof value === "object" ? parts.every((part) => isWhole(value[part])) : isAnswered(value);
}

/** A text without the signs that nobody sees and the server refuses; the soft line end of word processors becomes one of a text. */
export function plainText(text) {
  return text.replace(/[\v\f\u0085]/g, "\n").replace(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g, "");
}

/** What a question, or a part of a case, says in the shape of interfaces.md §4.2. */
function read(box) {
  const { kind } = box.dataset;
  if (kind === "case") {
    const parts = [...box.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, read(part)]);
    return Object.fromEntries(parts.filter(([, value]) => isAnswered(value)));
  }
  if (kind === "multiple") return [...box.querySelectorAll("input:checked")].map(({ value }) => value);
  if (kind === "blank") {
    const texts = [...box.querySelectorAll("[data-blank]")].map(({ value }) => plainText(value));
    return isAnswered(texts) ? texts : [];
  }
  const field = box.querySelector(kind === "short" ? "textarea" : "input[type=radio]:checked");
  return field ? plainText(field.value) : "";
}

/** Put a value into a question, or a part of a case. */
function write(box, value) {
  if (box.dataset.kind === "case") {
    const parts = [...box.querySelectorAll("[data-part]")];
    const isAlone = parts.length === 1 && (typeof value === "string" || Array.isArray(value)); // a case of one question
    parts.forEach((part) => write(part, isAlone ? value : (value || {})[part.dataset.part]));
    return;
  }
  const given = [].concat(value === null || value === undefined ? [] : value).map(String);
  box.querySelectorAll("input[type=radio], input[type=checkbox]").forEach((input) => { input.checked = given.includes(input.value); });
  box.querySelectorAll("[data-blank], textarea").forEach((field, at) => { field.value = given[at] || ""; });
}

export class Paper {
  /** @param {{load: () => string[], save: (questions: string[]) => void}} flags questions to come back to */
  constructor(form, words, flags) {
    this.form = form;
    this.words = words;
    this.flagStore = flags;
    this.questions = [...form.querySelectorAll("[data-question]")];
    this.flags = new Set(flags.load());
    this.current = 0;
    this.wide = window.matchMedia("(min-width: 861px)"); // on a phone there is one question at a time
    form.setAttribute("data-live", "");
    const foot = form.querySelector("[data-foot]");
    if (foot) foot.hidden = false;
    document.querySelectorAll("[data-saved], [data-timer]").forEach((told) => { told.hidden = false; }); // which only a script makes true
    this.refresh();
    this.go(this.#fromHash(), false);
  }

  /** Whether all questions stand under each other now (layout.js). */
  get isAll() {
    return this.form.hasAttribute("data-all") && this.wide.matches;
  }

  /** This question is the one that keys and the answer sheet go by. */
  mark(index) {
    this.current = index;
    this.questions.forEach((question, at) => question.classList.toggle("cur", at === index));
    this.refresh();
  }

  #fromHash() {
    const at = this.questions.findIndex(({ id }) => `#${id}` === window.location.hash);
    return Math.max(at, 0);
  }

  id(index) {
    return this.questions[index].dataset.question;
  }

  indexOf(id) {
    return this.questions.findIndex((question) => question.dataset.question === id);
  }

  /** The value in the shape of interfaces.md §4.2. */
  value(index) {
    return read(this.questions[index]);
  }

  /** Put a value into the page (from this machine's queue, or a newer one of the server). */
  put(index, value) {
    if (index < 0) return; // of another paper
    write(this.questions[index], value);
    this.refresh();
  }

  /** Press of a letter: the option with that mark is chosen, or taken back where several may be. */
  press(letter) {
    const question = this.questions[this.current];
    const part = document.activeElement && document.activeElement.closest("[data-part]");
    const input = (part && question.contains(part) ? part : question).querySelector(`input[data-k="${letter}"]`);
    if (!input) return false;
    input.click();
    input.focus();
    return true;
  }

  go(index, focus = true) {
    if (index < 0 || index >= this.questions.length) return;
    this.mark(index);
    if (focus) window.history.replaceState(null, "", `#${this.questions[index].id}`); // a reload comes back here
    const heading = this.questions[index].querySelector("h2");
    if (!focus || !heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    if (this.isAll) this.questions[index].scrollIntoView();
    else window.scrollTo(0, 0);
  }

  flag(index = this.current) {
    const id = this.id(index);
    if (!this.flags.delete(id)) this.flags.add(id);
    this.flagStore.save([...this.flags]);
    this.refresh();
  }

  /** Whether nothing is left to fill in at a question. */
  #isWhole(index) {
    return isWhole(this.value(index), [...this.questions[index].querySelectorAll("[data-part]")].map(({ dataset }) => dataset.part));
  }

  /** Whether nothing is left to fill in at any question. */
  get isWhole() {
    return this.questions.every((_, index) => this.#isWhole(index));
  }

  /** Numbers of the questions without an answer, of those begun and not complete, and of those flagged. */
  open() {
    const numbers = this.questions.map((_, index) => index);
    return {
      unanswered: numbers.filter((index) => !isAnswered(this.value(index))),
      partial: numbers.filter((index) => isAnswered(this.value(index)) && !this.#isWhole(index)),
      flagged: numbers.filter((index) => this.flags.has(this.id(index))),
    };
  }

  refresh() {
    let done = 0;
    const states = this.questions.map((question, index) => {
      question.querySelectorAll(".opt").forEach((option) => option.classList.toggle("on", option.querySelector("input").checked));
      const answered = this.#isWhole(index);
      const partial = !answered && isAnswered(this.value(index));
      const flagged = this.flags.has(this.id(index));
      const button = question.querySelector('[data-act="flag"]');
      if (button && button.getAttribute("aria-pressed") !== String(flagged)) {
        button.setAttribute("aria-pressed", String(flagged));
        button.replaceChildren(icon("flag", "i-sm"), this.words(flagged ? "unflag" : "flag"));
      }
      done += answered ? 1 : 0;
      return { answered, partial, flagged };
    });
    document.querySelectorAll("[data-sheet]").forEach((sheet) => this.#sheet(sheet, states));
    const all = this.questions.length;
    this.form.querySelectorAll("[data-done]").forEach((text) => setText(text, `${done}/${all}`));
    this.form.querySelectorAll("[data-done-words]").forEach((text) => setText(text, this.words("answered", { done, all })));
    const bar = this.form.querySelector("[data-progress]");
    if (bar) {
      bar.value = done;
      bar.setAttribute("aria-label", this.words("answered", { done, all }));
    }
    if (this.form.dataset.sequential !== undefined) return;
    this.form.querySelectorAll('[data-act="prev"]').forEach((button) => { button.disabled = this.current === 0; });
    const isLast = this.current === all - 1;
    this.form.querySelectorAll('[data-act="next"]').forEach((button) => { button.hidden = isLast; });
    this.form.querySelectorAll("[data-last]").forEach((button) => { button.hidden = !isLast; });
  }

  /** A long answer sheet beside the paper is moved so that the present number is in sight; the page itself stays. */
  #show(link, side) {
    if (!side || side.scrollHeight <= side.clientHeight) return;
    const top = link.offsetTop - side.scrollTop;
    if (top < 0 || top + link.offsetHeight > side.clientHeight) side.scrollTop = link.offsetTop - side.clientHeight / 2;
  }

  #sheet(sheet, states) {
    [...sheet.children].forEach((link, index) => {
      const { answered, partial, flagged } = states[index];
      link.className = [answered && "a", partial && "h", flagged && "f"].filter(Boolean).join(" ");
      if (index === this.current) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
      const parts = [this.words("item", { number: index + 1 }), answered && this.words("item_answered"), partial && this.words("item_partial"), flagged && this.words("item_flagged")];
      link.setAttribute("aria-label", parts.filter(Boolean).join(" · "));
    });
    this.#show(sheet.children[this.current], sheet.closest(".ex-side"));
  }
}
