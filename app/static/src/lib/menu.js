/** Menus are <details data-menu>: one open at a time, closed by Escape and by a press elsewhere. */

export function menus(root = document) {
  const all = () => root.querySelectorAll("details[data-menu][open]");
  root.addEventListener("toggle", ({ target }) => {
    if (!(target instanceof Element) || !target.matches("details[data-menu][open]")) return;
    all().forEach((other) => { if (other !== target && !other.contains(target)) other.open = false; });
  }, true);
  root.addEventListener("pointerdown", ({ target }) => {
    all().forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
}
