/** Theme, type size, language: shown at once, kept by the server in a cookie. Without the script the forms do the same. */

import { submitter } from "./dom.js";

const ATTRIBUTE = { theme: "theme", size: "size" };

/** @param {(form: HTMLFormElement) => void} failed */
export function preferences(failed, root = document) {
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !(form.dataset.preference in ATTRIBUTE)) return;
    const button = submitter(event);
    const value = button ? button.value : "";
    if (!value) return;
    event.preventDefault();
    const name = form.dataset.preference;
    document.documentElement.dataset[ATTRIBUTE[name]] = value;
    root.querySelectorAll(`form[data-preference="${name}"] button`).forEach((button) => {
      button.setAttribute("aria-pressed", String(button.value === value));
    });
    try {
      await keep(form, name, value);
    } catch {
      failed(form);
    }
  });
}

/** The same fields the form would post, so there is one door for both. */
async function keep(form, name, value) {
  const fields = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, name, value, next: "/" });
  const response = await fetch(form.action, {
    method: "POST", body: fields, headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual",
  });
  if (!response.ok && response.type !== "opaqueredirect") throw new Error(String(response.status));
}

