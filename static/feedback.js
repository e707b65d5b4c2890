// The thumbs: what is asked after one comes into view.
"use strict";

document.addEventListener("htmx:afterSettle", (event) => {
  const form = event.detail.elt.querySelector?.(".feedback-form");
  if (event.detail.elt.classList?.contains("feedback")) form?.scrollIntoView({ block: "nearest" });
});
