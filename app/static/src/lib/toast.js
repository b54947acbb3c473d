/** A sentence at the foot of the page, read aloud, gone after a while; with one action at most. */
import { h } from "./dom.js";

let region = null;

/** @param {{text: string, act: () => void}} [action] */
export function toast(text, action, ms = 6000) {
  if (!region || !region.isConnected) {
    region = h("div", { class: "toasts", role: "status" });
    document.body.append(region);
  }
  const box = h("div", { class: "toast" }, h("span", {}, text));
  const gone = () => box.remove();
  if (action) {
    box.append(h("button", { type: "button", onclick: () => { gone(); action.act(); } }, action.text));
  }
  region.append(box);
  setTimeout(gone, ms);
  return gone;
}
