/** Building and finding elements; no strings of HTML anywhere, so no text can become markup. */

const SVG = "http://www.w3.org/2000/svg";

/** h("p", {class: "muted", hidden: true}, "text", child): attributes by name, `true` is an empty attribute, null none. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An icon of the sprite, whose address stands on any icon that the server drew. */
export function icon(name, css = "") {
  const drawn = document.querySelector("svg.i use");
  const sprite = drawn ? drawn.getAttribute("href").split("#")[0] : "/static/dist/icons.svg";
  return s("svg", { class: `i ${css}`.trim(), "aria-hidden": "true", focusable: "false" }, s("use", { href: `${sprite}#${name}` }));
}

/** Whether a key press belongs to what has the focus rather than to the page. */
export function isTyping(target) {
  if (!(target instanceof Element)) return false;
  if (target.isContentEditable || target.closest("dialog[open]")) return true;
  const field = target.closest("input, textarea, select");
  return Boolean(field) && !["range", "radio", "checkbox", "button", "submit"].includes(field.type);
}

/** Set a text only when it differs: a live region must not speak twice. */
export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

let pressed = null;
if (typeof document !== "undefined") {
  document.addEventListener("click", ({ target }) => { pressed = target instanceof Element ? target.closest("button, input[type=submit]") : null; }, true);
}

/** The button that submits a form; Safari before 15.4 does not say. */
export function submitter(event) {
  return event.submitter || (pressed && pressed.form === event.target ? pressed : null);
}
