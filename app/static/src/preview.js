/** The studio's preview: <video data-hls src="…m3u8"> plays also where the browser has no HLS of its own. Nothing is counted. */
import Hls from "hls.js/light";

for (const media of document.querySelectorAll("[data-hls]")) {
  if (!Hls.isSupported()) continue;
  const source = media.dataset.hls || media.getAttribute("src");
  const hls = new Hls({ enableWorker: false, maxBufferLength: 30, autoStartLoad: false });
  media.removeAttribute("src");
  hls.loadSource(source);
  hls.attachMedia(media);
  media.addEventListener("play", () => hls.startLoad(media.currentTime), { once: true });
}
