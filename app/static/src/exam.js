/** The sitting page. */
import { Desk } from "./exam/desk.js";

const form = document.querySelector("[data-exam]");
export const desk = form ? new Desk(form) : null;
