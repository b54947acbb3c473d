/** The upload of the studio. */
import { TusUpload } from "./upload/element.js";

customElements.define("tus-upload", TusUpload);
