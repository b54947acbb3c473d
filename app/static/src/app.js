/** What every page has: preferences, menus, the search key, dialogs, confirmation, small acts by data-action. */
import { close, closeTopmost, ask, open } from "./lib/dialog.js";
import { icon, isTyping, submitter } from "./lib/dom.js";
import { menus } from "./lib/menu.js";
import { preferences } from "./lib/preferences.js";
import { toast } from "./lib/toast.js";
import { wordsOf } from "./lib/words.js";

const words = wordsOf(document.body);

menus();
preferences(() => toast(words("kept")));

/** Parts of a page that are fetched after it: nothing shown when there is nothing, or no net. */
for (const place of document.querySelectorAll("[data-load]")) {
  fetch(place.dataset.load, { headers: { Accept: "text/html" } })
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((html) => place.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes))
    .catch(() => {});
}

/** A part that tells how far something is: asked for again while it goes on; once it is empty, the page is read anew. */
function again(place) {
  setTimeout(async () => {
    const html = await fetch(place.dataset.again, { headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : null))
      .catch(() => null);
    if (html !== null && !html.trim()) location.reload();
    else {
      if (html) place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      again(place);
    }
  }, document.hidden ? 15000 : 2500);
}
document.querySelectorAll("[data-again]").forEach(again);

/** Tabs that scroll in their own box begin at the one that is open. */
for (const here of document.querySelectorAll(".seg [aria-current]")) {
  const [own, box] = [here.getBoundingClientRect(), here.parentElement.getBoundingClientRect()];
  here.parentElement.scrollLeft += own.left - box.left - (box.width - own.width) / 2;
}

/** Acts named by data-action on a button. */
const ACTIONS = {
  /** Show or hide the password beside the button. */
  peek(button) {
    const input = button.parentElement.querySelector("input");
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.replaceChildren(icon(shown ? "eye" : "eye-off"));
  },
  /** Copy the text of data-copy, or of the element it names by #id. */
  async copy(button) {
    const source = button.dataset.copy || "";
    const named = source.startsWith("#") ? document.querySelector(source) : null;
    const text = named ? named.textContent.trim() : source;
    if (await copied(text)) toast(words("copied"), undefined, 2500);
  },
  print() {
    window.print();
  },
};

/** The clipboard needs https; an intranet page without it copies by a selection. */
async function copied(text) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(() => true, () => false);
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  const actor = target.closest("[data-action]");
  if (actor && ACTIONS[actor.dataset.action]) ACTIONS[actor.dataset.action](actor);
  const opener = target.closest("[data-open]");
  const named = opener && opener.tagName === "BUTTON" ? document.getElementById(opener.dataset.open) : null;
  if (named) open(named);
  if (target.closest("[data-close]")) close(target.closest("dialog"));
  if (target instanceof HTMLDialogElement) close(target); // a press on the backdrop
});

/** data-confirm on a form or on the button that submits it: one sentence, and the button's own words to go on. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = submitter(event);
  const sentence = (button && button.dataset.confirm) || form.dataset.confirm;
  if (!sentence || form.dataset.confirmed) return;
  event.preventDefault();
  const verb = button ? button.textContent.trim() : words("close");
  const tone = button && button.classList.contains("btn-d") ? "d" : "p";
  const answer = await ask(sentence, null, [{ text: verb, value: "yes", tone }, { text: words("cancel"), value: "" }]);
  if (answer !== "yes") return;
  form.dataset.confirmed = "1";
  if (form.requestSubmit) form.requestSubmit(button);
  else submitBy(form, button);
});

/** Safari 15 has no requestSubmit: the button's name and value travel in a hidden field. */
function submitBy(form, button) {
  if (button && button.name) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: button.name, value: button.value });
    form.append(field);
  }
  form.submit();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeTopmost();
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const search = document.querySelector("[data-search]");
  if (!search || search.offsetParent === null) return;
  event.preventDefault();
  search.focus();
});

/** What only the script can do is shown by it. */
document.querySelectorAll('[data-action="peek"], [data-needs-script]').forEach((element) => { element.hidden = false; });
const first = document.querySelector("[data-focus]");
if (first) first.focus();
