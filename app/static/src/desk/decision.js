/** The form of a decision: its button says the hours that are typed, and nothing is sent without the reason it needs. */
import { setText } from "../lib/dom.js";

/** `data-reason` of the field names the verbs that need one: to return or reject always, to certify over findings. */
export function deciding(root) {
  const form = root.querySelector("[data-decision]");
  if (!form) return;
  const [hours, said, reason, asked] = ["[data-hours]", "[data-hours-said]", "[data-reason]", "[data-reason-asked]"].map((one) => form.querySelector(one));
  if (hours && said) hours.addEventListener("input", () => setText(said, hours.value.trim()));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=verb]");
    if (!button || !reason.dataset.reason.split(" ").includes(button.value) || reason.value.trim() !== "") return;
    event.preventDefault();
    asked.hidden = false;
    reason.setAttribute("aria-invalid", "true");
    reason.focus();
  });
}
