/** The form of a claim: what it comes to while it is filled in, and a look at the chosen files before they are sent. */
import { h, icon, setText } from "./lib/dom.js";
import { send } from "./lib/http.js";
import { wordsOf } from "./lib/words.js";

const WAIT_MS = 350;
const form = document.querySelector("[data-claim]");

if (form) {
  suggest(form);
  form.querySelectorAll("[data-files]").forEach((input) => input.addEventListener("change", () => show(form)));
}

/** Ask the server after each pause in typing; an answer that comes late is dropped. */
function suggest(form) {
  let timer = 0;
  let asked = 0;
  form.addEventListener("input", ({ target }) => {
    if (target.type === "file" || target.name === "note") return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const turn = ++asked;
      const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token");
      try {
        const told = await send("GET", `${form.dataset.claim}?${new URLSearchParams(fields)}`);
        if (turn === asked) tell(form, told);
      } catch {
        // the figure that stands is still the last true one
      }
    }, WAIT_MS);
  });
}

function tell(form, told) {
  const words = wordsOf(form);
  setText(document.querySelector("[data-told] b"), told.hours || "–");
  setText(document.querySelector("[data-days]"), told.days || "");
  setText(document.querySelector("[data-into]"), told.into);
  warn(document.querySelector("[data-met]"), told.met, words("explain"));
  const reasons = told.reasons.length ? told.reasons : [words("open")];
  document.querySelector("[data-reasons]").replaceChildren(...reasons.map((reason) => h("li", {}, reason)));
}

/** What lies on the same days, and that it has to be explained; said once, not at every key. */
function warn(place, met, explain) {
  const lines = met.length ? [...met, explain] : [];
  if (place.textContent.trim().replace(/\s*\n\s*/g, "") === lines.join("")) return;
  const text = h("div", { class: "stack-2" }, ...lines.map((line) => h("p", {}, line)));
  place.replaceChildren(...(lines.length ? [h("div", { class: "note note-o mb" }, icon("triangle-alert"), text)] : []));
}

/** Small pictures of what was chosen; a file that is too large is named and not sent. */
function show(form) {
  const words = wordsOf(form);
  const most = Number(form.dataset.most) * 1024 * 1024;
  const list = form.querySelector("[data-chosen]");
  list.querySelectorAll("img").forEach((picture) => URL.revokeObjectURL(picture.src));
  const rows = [];
  form.querySelectorAll("[data-files]").forEach((input) => {
    const files = [...input.files];
    if (files.some((file) => file.size > most)) {
      rows.push(...files.filter((file) => file.size > most).map((file) => h("li", { class: "err" }, icon("circle-alert", "i-sm"), words("large").replace("{name}", file.name))));
      input.value = "";
      return;
    }
    rows.push(...files.map((file) => h("li", { class: "proof" }, face(file), h("span", { class: "small" }, file.name))));
  });
  list.replaceChildren(...rows);
}

function face(file) {
  if (!file.type.startsWith("image/")) return icon("file-text", "i-lg");
  return h("img", { src: URL.createObjectURL(file), alt: "", width: 120, height: 90 });
}
