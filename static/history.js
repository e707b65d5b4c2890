// The list of conversations: the dialog closes when what it asked for is done.
"use strict";

document.addEventListener("htmx:afterSwap", (event) => {
  const asked = event.detail.target;
  if (asked.id === "confirm" && !asked.firstElementChild) asked.close();
});
