/** What lies over the stage: take-over, signed out, errors, the card at the end. One at a time; the focus goes into it. */
import { h } from "../lib/dom.js";

export class Cover {
  constructor(player, box) {
    this.player = player;
    this.box = box;
    this.timer = null;
  }

  /**
   * @param {string} title
   * @param {(string | Node | null)[]} lines
   * @param {({text: string, act: () => void, primary?: boolean} | {text: string, href: string, primary?: boolean} | null)[]} actions
   */
  show(title, lines, actions) {
    this.hide();
    const heading = h("h2", { tabindex: "-1" }, title);
    this.box.replaceChildren(
      heading,
      ...lines.filter(Boolean).map((line) => (typeof line === "string" ? h("p", {}, line) : line)),
      h("div", { class: "row" }, ...actions.filter(Boolean).map((action) => this.#button(action))),
    );
    this.box.hidden = false;
    this.player.dataset.over = "";
    if (document.activeElement === document.body || this.player.contains(document.activeElement)) heading.focus();
  }

  #button({ text, act, href, primary }) {
    const css = `btn${primary ? " btn-p" : ""}`;
    return href ? h("a", { class: css, href }, text) : h("button", { class: css, type: "button", onclick: () => act() }, text);
  }

  /** Count `seconds` down in `element`, then act, unless the cover is gone or the page is hidden by then. */
  countDown(seconds, element, act) {
    let left = seconds;
    const step = () => {
      element.textContent = String(left);
      if (left <= 0) {
        this.stopCounting();
        if (!document.hidden) act();
      }
      left -= 1;
    };
    step();
    this.timer = setInterval(step, 1000);
  }

  stopCounting() {
    clearInterval(this.timer);
    this.timer = null;
  }

  hide() {
    this.stopCounting();
    this.box.hidden = true;
    this.box.replaceChildren();
    delete this.player.dataset.over;
  }
}
