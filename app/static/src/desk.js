/** The certification desk by keyboard: J K X A R Z ?, the bar of what is chosen, the seconds left, the picture large. */
import { choosing } from "./desk/chosen.js";
import { deciding } from "./desk/decision.js";
import { close, open } from "./lib/dialog.js";
import { h, isTyping, setText } from "./lib/dom.js";
import { wordsOf } from "./lib/words.js";

const root = document.querySelector("[data-desk]");
const words = wordsOf(root);
const OFF = "desk-keys-off";
const chosen = choosing(root, words);

const off = root.querySelector("[data-keys-off]");
if (off) {
  off.checked = localStorage.getItem(OFF) === "1";
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : ""));
}

const follow = (selector) => {
  const link = root.querySelector(selector);
  if (link) link.click();
};

deciding(root);

const sheet = document.getElementById("keysheet");
const KEYS = {
  j: () => follow('[data-key="j"]'),
  arrowdown: () => follow('[data-key="j"]'),
  k: () => follow('[data-key="k"]'),
  arrowup: () => follow('[data-key="k"]'),
  x: () => chosen.toggle(),
  a: () => follow('[data-key="a"]'),
  r: () => follow('[data-key="r"]'),
  z: () => follow("[data-undo] button"),
  "?": () => { if (sheet) open(sheet); },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  if (event.key.startsWith("Arrow") && event.target !== document.body) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act || (off && off.checked && event.key !== "?")) return;
  event.preventDefault();
  act();
});

/** The seconds left, beside the button that undoes; spoken once only, for the sentence stands in a live region of the page. */
root.querySelectorAll("[data-runs]").forEach((element) => {
  const until = performance.now() + Number(element.dataset.runs) * 1000;
  element.setAttribute("aria-live", "off");
  const tick = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    setText(element, left > 0 ? words("left", { n: left }) : words("over"));
    if (left > 0) setTimeout(tick, 500);
    else setTimeout(() => element.closest("li").remove(), 6000);
  };
  tick();
});

root.querySelectorAll("[data-zoom]").forEach((link) => {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const small = link.querySelector("img");
    const large = h("dialog", { class: "desk-zoom", "aria-label": small.alt }, h("button", { class: "blk", type: "button", onclick: () => close(large) },
      h("img", { src: link.href, alt: small.alt })));
    large.addEventListener("close", () => large.remove());
    document.body.append(large);
    open(large);
  });
});
