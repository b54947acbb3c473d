/** The small pictures over the timeline: a WebVTT map of tiles, `sprite.jpg#xywh=x,y,w,h` for each stretch of time. */

const LINE = /(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3}) --> (?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})[^\n]*\n([^\n]+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

const ms = (hours, minutes, seconds, rest) => ((Number(hours || 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(rest);

/** @returns {{from: number, to: number, file: string, x: number, y: number, w: number, h: number}[]} times in ms */
export function tiles(text) {
  return [...text.replace(/\r\n?/g, "\n").matchAll(LINE)].map((match) => ({
    from: ms(match[1], match[2], match[3], match[4]),
    to: ms(match[5], match[6], match[7], match[8]),
    file: match[9],
    x: Number(match[10]),
    y: Number(match[11]),
    w: Number(match[12]),
    h: Number(match[13]),
  }));
}

export class Sprite {
  constructor() {
    this.tiles = [];
    this.base = "";
  }

  /** Failing to load costs nothing but the pictures. */
  async load(url) {
    this.base = url;
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      this.tiles = answer.ok ? tiles(await answer.text()) : [];
    } catch {
      this.tiles = [];
    }
  }

  /** Show the tile of a moment in an element, or hide it. */
  show(element, at) {
    const tile = this.tiles.find(({ from, to }) => from <= at && at < to);
    element.hidden = !tile;
    if (!tile) return;
    Object.assign(element.style, {
      width: `${tile.w}px`, height: `${tile.h}px`,
      backgroundImage: `url("${new URL(tile.file, new URL(this.base, window.location.href)).pathname}")`,
      backgroundPosition: `-${tile.x}px -${tile.y}px`,
    });
  }
}
