/** Keys of the player. Single keys are off inside inputs and can be switched off altogether (WCAG 2.1.4). */
import { isTyping } from "../lib/dom.js";

/** key → [act, argument]; letters are given in lower case. */
export const KEYS = new Map([
  [" ", ["toggle"]], ["k", ["toggle"]],
  ["j", ["skip", -10]], ["l", ["skip", 10]],
  ["arrowleft", ["skip", -5]], ["arrowright", ["skip", 5]],
  ["arrowup", ["louder", 0.1]], ["arrowdown", ["louder", -0.1]],
  ["m", ["mute"]], ["c", ["captions"]], ["f", ["fullscreen"]],
  ["<", ["slower"]], [">", ["faster"]],
  ["home", ["part", 0]], ["end", ["part", 1]],
  ["?", ["sheet"]],
  ...Array.from({ length: 10 }, (_, digit) => [String(digit), ["part", digit / 10]]),
]);

/** Rows of the key sheet: keys and the id of their sentence. */
export const SHEET = [
  [["Space", "K"], "key_play"], [["J", "L"], "key_ten"], [["←", "→"], "key_five"], [["↑", "↓"], "key_volume"], [["M"], "key_mute"],
  [["C"], "key_captions"], [["F"], "key_full"], [["<", ">"], "key_rate"], [["0", "9"], "key_part"], [["?"], "key_sheet"],
];

/**
 * What a key press asks of the player, or null when it belongs to something else: a field, a dialog, a focused button
 * (space), tabs, menus and scrolling panels (arrows), or the browser (with Ctrl, Alt, Meta).
 */
export function wanted(event, target = event.target) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTyping(target)) return null;
  const key = event.key.toLowerCase();
  const act = KEYS.get(key);
  if (!act || !(target instanceof Element)) return act || null;
  if (key === " " && target.closest("button, a[href], summary, [role=tab], label")) return null;
  if (key.startsWith("arrow") && target.closest("[role=tablist], [role=menu], .script, details[data-menu]")) return null;
  const vertical = key === "arrowup" || key === "arrowdown" || key === "home" || key === "end";
  if (vertical && !target.closest("lecture-player")) return null; // the page scrolls by these
  return act;
}
