/** Drawing what the server has credited: on the video's own timeline, on the strip under it, as a list of gaps. */
import { clock } from "../lib/time.js";
import { h, s, setText } from "../lib/dom.js";
import { gaps, union } from "./ranges.js";

const WIDTH = 1000;
const MOST_GAPS = 6;

/** Ranges as <rect>s of one group; `least` keeps a short one visible. */
export function draw(group, ranges, duration, css = "seen", least = 1.5) {
  if (!group || !duration) return;
  group.replaceChildren(...union(ranges).map(([from, to]) => s("rect", {
    class: css,
    x: ((from / duration) * WIDTH).toFixed(2),
    width: Math.max(((to - from) / duration) * WIDTH, least).toFixed(2),
    height: 12,
  })));
}

/** The strip: figures, bar, and one button for each gap. */
export class Strip {
  /** @param {(ms: number) => void} seek */
  constructor(root, duration, words, seek) {
    this.root = root;
    this.duration = duration;
    this.words = words;
    this.seek = seek;
    this.find = (name) => (root ? root.querySelector(`[data-${name}]`) : null);
    const bar = this.find("bar");
    if (bar) {
      bar.addEventListener("click", (event) => {
        const box = bar.getBoundingClientRect();
        seek(this.#gapAt(((event.clientX - box.left) / box.width) * duration));
      });
    }
  }

  /** A press on a gap goes to where the gap begins; a press on green to that very place. */
  #gapAt(ms) {
    const gap = (this.missing || []).find(([from, to]) => from <= ms && ms < to);
    return gap ? gap[0] : ms;
  }

  credited(covered, coveredMs) {
    this.missing = gaps(covered, this.duration);
    setText(this.find("tot"), clock(coveredMs));
    draw(this.find("segs"), covered, this.duration);
    this.#list();
  }

  position(ms) {
    const here = this.find("here");
    if (here) here.setAttribute("x", ((ms / this.duration) * WIDTH - 1).toFixed(1));
  }

  /** Only where there is something green already: before that the whole lecture is the gap. */
  #list() {
    const list = this.find("gaps");
    if (!list) return;
    const shown = this.missing.length === 1 && this.missing[0][1] - this.missing[0][0] >= this.duration - 1000 ? [] : this.missing;
    list.hidden = shown.length === 0;
    list.replaceChildren(
      h("span", {}, this.words("gaps")),
      ...shown.slice(0, MOST_GAPS).map(([from, to]) => h("button", { type: "button", class: "num", onclick: () => this.seek(from) },
        `${clock(from)}–${clock(to)}`)),
      ...(shown.length > MOST_GAPS ? [h("span", {}, this.words("more_gaps", { count: shown.length - MOST_GAPS }))] : []),
    );
  }

  /** @param {"idle" | "ok" | "retry" | "stop"} state */
  saved(state, sentence) {
    const sync = this.find("sync");
    if (!sync) return;
    sync.dataset.state = state;
    setText(sync, sentence);
  }

  /** What was not counted and why; said once, until the next beat that counts in full. */
  told(sentence) {
    const note = this.find("told");
    if (!note) return;
    note.hidden = !sentence;
    setText(note, sentence);
  }
}
