/** Which claims are chosen, over all pages of the list; the bar says how many and how many hours. */
import { h, setText, submitter } from "../lib/dom.js";

const KEY = "desk-chosen";

const kept = () => {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(KEY) || "[]"));
  } catch {
    return new Map();
  }
};

/** Hours are added in hundredths: 0.1 + 0.2 must be 0.3. */
const cents = (text) => Math.round(Number(text) * 100);

export function choosing(root, words) {
  const form = root.querySelector("#many");
  if (!form) {
    sessionStorage.removeItem(KEY);
    return { toggle() {} };
  }
  const chosen = kept();
  const boxes = [...root.querySelectorAll("input[name=claim]")];
  const sure = form.querySelector("[data-sure]");
  const row = (box) => box.closest("[data-row]");
  const keep = () => sessionStorage.setItem(KEY, JSON.stringify([...chosen]));

  const tell = () => {
    const all = [...chosen.values()];
    const said = form.querySelector("[data-chosen]");
    const odd = all.filter(([, risk]) => risk > 0).length;
    const hours = all.reduce((sum, [amount]) => sum + cents(amount), 0) / 100;
    const parts = [words("chosen", { n: all.length, hours })];
    if (odd && sure) parts.push(words("odd", { n: odd }));
    setText(said, parts.join(" · "));
    said.hidden = all.length === 0;
    form.querySelector("[data-none]").hidden = all.length > 0;
    if (sure) sure.value = all.length ? "1" : "";
    keep();
  };

  const mark = (box) => {
    const line = row(box);
    line.classList.toggle("sel", box.checked);
    if (box.checked) chosen.set(box.value, [line.dataset.hours, Number(line.dataset.risk)]);
    else chosen.delete(box.value);
  };

  boxes.forEach((box) => {
    box.checked = box.checked || chosen.has(box.value);
    mark(box);
    box.addEventListener("change", () => { mark(box); tell(); });
  });
  const every = root.querySelector("[data-all]");
  if (every) {
    every.addEventListener("change", () => {
      boxes.forEach((box) => { box.checked = every.checked; mark(box); });
      tell();
    });
  }
  form.addEventListener("submit", (event) => {
    const button = submitter(event);
    const asks = button && (button.name === "all" || "asks" in button.dataset); // the next page says what it comes to
    if (sure && asks) sure.value = "";
    const here = new Set(boxes.map((box) => box.value));
    for (const uid of chosen.keys()) {
      if (!here.has(uid)) form.append(h("input", { type: "hidden", name: "claim", value: uid }));
    }
    sessionStorage.removeItem(KEY);
  });
  const decision = root.querySelector("[data-decision]");
  if (decision) {
    decision.addEventListener("submit", () => { // what is decided by itself waits for no further choice
      const box = root.querySelector("[data-here] input[name=claim]");
      if (!box) return;
      chosen.delete(box.value);
      keep();
    });
  }
  tell();
  return {
    toggle() {
      const box = root.querySelector("[data-here] input[name=claim]");
      if (box) box.click();
    },
  };
}
