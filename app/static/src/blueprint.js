/** A blueprint that is being written: <form data-recheck="address"> shows in [data-feasible] what the bank has for its rows. */
const form = document.querySelector("[data-recheck]");
const place = document.querySelector("[data-feasible]");
let last = 0;
let waiting;

/** Ask once the writer pauses; an answer that was overtaken is dropped. */
async function recheck() {
  const mine = ++last;
  const answer = await fetch(form.dataset.recheck, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } }).catch(() => undefined);
  if (!answer || mine !== last || ![200, 422].includes(answer.status)) return;
  const html = await answer.text();
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(recheck, 350);
});
