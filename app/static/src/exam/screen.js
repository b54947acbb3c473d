/** Full screen: the button says what it would do; entering and leaving are noted. */
import { setText } from "../lib/dom.js";

export class Screen {
  /** @param {Function} words  @param {(kind: string) => void} note  @param {AbortSignal} signal ends the listening */
  constructor(words, note, signal) {
    this.words = words;
    document.addEventListener("fullscreenchange", () => {
      note(document.fullscreenElement ? "fullscreen" : "fullscreen_left");
      this.#show();
    }, { signal });
    this.#show();
  }

  toggle() {
    const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    done.catch(() => {}); // the browser said no: everything goes on as it was
  }

  #show() {
    const button = document.querySelector('[data-act="full"]');
    if (!button) return;
    button.hidden = !document.fullscreenEnabled;
    button.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
    setText(button.querySelector("span"), this.words(document.fullscreenElement ? "full_end" : "full"));
  }
}
