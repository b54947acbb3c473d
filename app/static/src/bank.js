/** The bank: what the server makes of a form while it is filled in, a question as a candidate sees it or a text as questions; the parts of a case. */
import { csrfToken } from "./lib/http.js";
import { toast } from "./lib/toast.js";

const WAIT_MS = 400;

document.querySelectorAll("[data-live]").forEach((form) => {
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const turn = ++asked;
    const fields = new FormData();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
    try {
      const answer = await fetch(form.dataset.live, { method: "POST", body: fields, headers: { "X-CSRFToken": csrfToken() }, credentials: "same-origin" });
      if (answer.ok && turn === asked) put(form.dataset.into, await answer.text());
    } catch {
      // what stands is still what was last true
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
});

/** The picture that was chosen, shown before it is sent. */
document.addEventListener("change", ({ target }) => {
  if (!target.dataset.shows) return;
  const image = document.getElementById(target.dataset.shows);
  const [file] = target.files;
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.closest("figure").hidden = !file;
  if (file) image.src = URL.createObjectURL(file);
});

/** A file that is larger than any that is read is refused before it is sent. */
document.addEventListener("change", ({ target }) => {
  if (!target.dataset.most) return;
  const [file] = target.files;
  target.setCustomValidity(file && file.size > Number(target.dataset.most) ? target.dataset.tooBig : "");
  target.reportValidity();
});

/** A part of a case shows the fields of the kind that is chosen; what was typed for another stays in the form. */
document.addEventListener("change", ({ target }) => {
  const part = target.matches("[data-kind]") ? target.closest("[data-part]") : null;
  if (!part) return;
  part.querySelectorAll("[data-kinds]").forEach((group) => { group.hidden = !group.dataset.kinds.split(" ").includes(target.value); });
  const type = target.value === "multiple" ? "checkbox" : "radio";
  part.querySelectorAll(".opt-edit .ck").forEach((tick) => { tick.type = type; });
});

/** Add, move and take out a part without leaving the page; without a script the same button sends the whole form. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  const parts = document.getElementById("parts");
  if (!parts || !button || button.name !== "do" || (button.dataset.confirm && !form.dataset.confirmed)) return;
  event.preventDefault();
  delete form.dataset.confirmed;
  const body = new FormData(form);
  body.set("do", button.value);
  try {
    const answer = await fetch(button.formAction, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    parts.replaceWith(page.getElementById("parts"));
    document.getElementById(new URL(button.formAction).hash.slice(1))?.focus();
    form.dispatchEvent(new Event("input"));
  } catch {
    toast(parts.dataset.failed);
  }
});

/** The fragment comes from our own templates, escaped there; it is parsed, never run. */
function put(id, text) {
  const parsed = new DOMParser().parseFromString(text, "text/html");
  document.getElementById(id)?.replaceChildren(...parsed.body.childNodes);
}
