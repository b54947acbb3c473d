/** The player page. */
import { LecturePlayer } from "./player/element.js";

customElements.define("lecture-player", LecturePlayer);
