/** Dialogs with <dialog> where the browser has it, by the attribute `open` and a backdrop where not (Firefox 91, Safari 15.0). */
import { h } from "./dom.js";

/** Kept on the dialog itself: each built script has its own copy of this module, and any of them may close it. */
const STATE = "openedBy";

export function open(dialog) {
  if (dialog.hasAttribute("open")) return;
  const before = document.activeElement;
  if (typeof dialog.showModal === "function") {
    dialog.showModal();
    dialog[STATE] = { before };
    return;
  }
  const backdrop = h("div", { class: "backdrop" });
  document.body.append(backdrop);
  dialog.setAttribute("open", "");
  dialog.setAttribute("aria-modal", "true");
  dialog.setAttribute("role", "dialog");
  dialog[STATE] = { before, backdrop };
  const first = dialog.querySelector("button, a[href], input, select, textarea");
  if (first) first.focus();
}

export function close(dialog, value = "") {
  if (!dialog.hasAttribute("open")) return;
  const { before, backdrop } = dialog[STATE] || {};
  delete dialog[STATE];
  if (typeof dialog.close === "function") dialog.close(value);
  else {
    dialog.removeAttribute("open");
    dialog.dispatchEvent(new Event("close"));
  }
  if (backdrop) backdrop.remove();
  if (before && before.focus) before.focus();
}

/** Escape for browsers without <dialog>; the others do it themselves. */
export function closeTopmost() {
  const list = [...document.querySelectorAll("dialog[open]")];
  const top = list[list.length - 1];
  if (top && typeof top.showModal !== "function") close(top);
  return Boolean(top);
}

/**
 * A dialog built on the spot. `actions`: [{text, value, tone}] ; the first is the primary one.
 * @returns {Promise<string>} the value of the chosen action, "" when it was dismissed
 */
export function ask(title, body, actions) {
  return new Promise((resolve) => {
    const choose = (value) => () => {
      close(dialog, value);
      finish(value);
    };
    const buttons = actions.map(({ text, value, tone }) =>
      h("button", { class: `btn ${tone ? `btn-${tone}` : ""}`.trim(), type: "button", onclick: choose(value) }, text));
    const content = typeof body === "string" ? h("p", {}, body) : body;
    const dialog = h("dialog", { "aria-labelledby": "ask-h" },
      h("div", { class: "dialog-b dialog-ask" }, h("h2", { id: "ask-h" }, title), content, h("div", { class: "dialog-f" }, ...buttons)));
    let done = false;
    const finish = (value) => {
      if (done) return;
      done = true;
      dialog.remove();
      resolve(value);
    };
    dialog.addEventListener("close", () => finish(""));
    document.body.append(dialog);
    open(dialog);
  });
}
