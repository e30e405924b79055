// Links marked data-stay show another view of the page one is reading: they replace what is shown, and leave the reader
// where he was.  Without this script they are plain links.
"use strict";

function reading() {
  return [...document.querySelectorAll('[id^="p-"]')].find((passage) => passage.getBoundingClientRect().bottom > 0);
}

async function stay(link) {
  const answer = await fetch(link.href);
  if (!answer.ok) {
    location.assign(link.href);
    return;
  }
  const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
  const passage = reading();
  const before = passage ? passage.getBoundingClientRect().top : 0;
  document.querySelector("main").replaceWith(shown.querySelector("main"));
  history.replaceState(null, "", link.href);
  document.getElementById(link.id)?.focus({ preventScroll: true });
  const after = passage && document.getElementById(passage.id);
  if (after && scrollY > 0) {
    scrollBy({ top: after.getBoundingClientRect().top - before, behavior: "instant" });
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-stay]");
  if (link && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    stay(link);
  }
});
