/** What is said before a paper is handed in: what is open or flagged, and what has not arrived. */
import { close } from "../lib/dialog.js";
import { h } from "../lib/dom.js";

/** @param {{paper: object, words: Function, data: DOMStringMap, refused: number[], pending: number}} desk `refused`: places whose answer was not taken */
export function summary({ paper, words, data: { sequential, count }, refused, pending }) {
  const { unanswered, partial, flagged } = paper.open();
  const all = paper.questions.length;
  const oneWay = sequential !== undefined;
  const rest = oneWay ? count - sequential - 1 : 0;
  const say = (key, facts) => h("p", {}, words(key, facts));
  const go = (index) => (event) => { close(event.target.closest("dialog")); paper.go(index); };
  const numbers = (key, list) => list.length ? h("div", { class: "stack-2" }, h("p", { class: "b" }, words(key)), h("div", { class: "row wrapx" },
    ...list.map((index) => h("button", { class: "chip num", type: "button", onclick: go(index) }, words("item", { number: index + 1 }))))) : null;
  const isAll = unanswered.length + partial.length + refused.length === 0;
  const last = unanswered.length ? "last_open" : partial.length ? "last_partial" : "last_answered";
  const answered = oneWay ? say(last) : isAll ? say("all_answered", { all }) : numbers("unanswered", unanswered);
  return h("div", { class: "stack" },
    rest ? say("ends_here", { number: Number(sequential) + 1, all: count }) : answered,
    oneWay ? null : numbers("partial", partial),
    numbers("refused", refused),
    numbers("flagged", flagged),
    pending ? h("p", { class: "note note-o" }, words("unsent", { count: pending })) : null);
}
