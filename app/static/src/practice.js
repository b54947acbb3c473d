// Keys of practice: A-H choose, Enter checks the answer or goes on. Letters do nothing inside a text field, nor in a case, which has several A.
const form = document.querySelector("[data-practice]");
const next = document.querySelector("[data-next]");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input[type=text], input[type=search], select, textarea");
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const option = form?.querySelector(".q-part") ? null : form?.querySelector(`[data-k="${CSS.escape(event.key.toUpperCase())}"]`);
  if (option) {
    option.click();
    option.focus();
  } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
    event.preventDefault();
    if (next) next.click();
    else form?.requestSubmit();
  }
});

if (next) next.focus();
