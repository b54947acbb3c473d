/** The bank: what the server makes of a form while it is filled in, a question as a candidate sees it or a text as questions. */
import { csrfToken } from "./lib/http.js";

const WAIT_MS = 400;

document.querySelectorAll("[data-live]").forEach((form) => {
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const turn = ++asked;
    const fields = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
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
document.querySelectorAll("[data-shows]").forEach((input) => {
  const image = document.getElementById(input.dataset.shows);
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
    image.closest("figure").hidden = !file;
    if (file) image.src = URL.createObjectURL(file);
  });
});

/** The fragment comes from our own templates, escaped there; it is parsed, never run. */
function put(id, text) {
  const parsed = new DOMParser().parseFromString(text, "text/html");
  document.getElementById(id)?.replaceChildren(...parsed.body.childNodes);
}
