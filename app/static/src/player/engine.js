/**
 * The video engine: hls.js light where there is MediaSource, the browser's own HLS otherwise (iOS).
 *
 * `Hls.isSupported()` is asked first: today's Chromium says "maybe" to native HLS too. No worker (fMP4 needs none, and the
 * content policy allows no blob worker). The buffer stays at 30 s of media, for the server sends no farther ahead than
 * its delivery window (decisions 6); a 429 from it is waited out.
 */
import Hls from "hls.js/light";

const BUFFER_S = 30;
const TRIES_429 = 40;

const policy = {
  default: {
    maxTimeToFirstByteMs: 10000,
    maxLoadTimeMs: 60000,
    timeoutRetry: { maxNumRetry: 4, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: {
      maxNumRetry: TRIES_429,
      retryDelayMs: 1000,
      maxRetryDelayMs: 8000,
      /** Offline, 5xx: as hls.js would. 429: the window opens with time. Any other refusal is final. */
      shouldRetry: (config, count, _isTimeout, answer, retry) => {
        const status = answer ? answer.code : 0;
        return count < config.maxNumRetry && (retry || status === 0 || status === 429);
      },
    },
  },
};

export class Engine {
  /** @param {(trouble: {kind: "refused" | "media" | "unsupported", status: number}) => void} tell */
  constructor(video, tell) {
    this.video = video;
    this.tell = tell;
    this.hls = null;
    this.repaired = 0;
  }

  /**
   * Play `url` from `startMs`. A new session always gets a new engine: what an older one buffered was delivered to that one.
   */
  load(url, startMs) {
    this.destroy();
    if (Hls.isSupported()) this.#attach(url, startMs / 1000);
    else if (this.video.canPlayType("application/vnd.apple.mpegurl")) this.#native(url, startMs / 1000);
    else this.tell({ kind: "unsupported", status: 0 });
  }

  destroy() {
    if (this.hls) this.hls.destroy();
    this.hls = null;
  }

  #attach(url, start) {
    const hls = new Hls({
      enableWorker: false,
      startPosition: start,
      maxBufferLength: BUFFER_S,
      maxMaxBufferLength: BUFFER_S,
      backBufferLength: BUFFER_S,
      capLevelToPlayerSize: true,
      abrEwmaDefaultEstimate: 2_000_000,
      fragLoadPolicy: policy,
      manifestLoadPolicy: policy,
      playlistLoadPolicy: policy,
    });
    hls.on(Hls.Events.ERROR, (_event, data) => this.#trouble(hls, data));
    hls.loadSource(url);
    hls.attachMedia(this.video);
    this.hls = hls;
  }

  #native(url, start) {
    this.video.addEventListener("loadedmetadata", () => { this.video.currentTime = start; }, { once: true });
    this.video.addEventListener("error", () => this.tell({ kind: "refused", status: 0 }), { once: true });
    this.video.src = url;
  }

  #trouble(hls, { fatal, type, response }) {
    if (!fatal || hls !== this.hls) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && this.repaired < 3) {
      this.repaired += 1;
      hls.recoverMediaError();
      return;
    }
    const kind = type === Hls.ErrorTypes.MEDIA_ERROR ? "media" : "refused";
    this.tell({ kind, status: response ? response.code : 0 });
  }

  /** After the net came back, or a press on "try again". */
  again() {
    if (this.hls) this.hls.startLoad();
    else this.video.load();
  }
}
