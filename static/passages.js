// A passage and its place on the page light up together.
"use strict";

const page = document.querySelector("[data-boxes]");

function light(number) {
  for (const one of document.querySelectorAll(".lit")) one.classList.remove("lit");
  if (!number) return;
  page.querySelector(`[data-box="${number}"]`)?.classList.add("lit");
  document.querySelector(`[data-passage="${number}"]`)?.classList.add("lit");
}

if (page) {
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const one = event.target.closest("[data-passage], [data-box]");
      if (one) light(one.dataset.passage || one.dataset.box);
    });
  }
  page.addEventListener("click", (event) => {
    const number = event.target.closest("[data-box]")?.dataset.box;
    if (number) document.getElementById(`passage-${number}`)?.scrollIntoView({ block: "nearest" });
  });
}
