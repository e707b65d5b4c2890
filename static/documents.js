// The manners of what is shown live: polls that wait, dialogs that ask, news told once.
"use strict";

let pressing = false;
document.addEventListener("pointerdown", () => (pressing = true));
for (const kind of ["pointerup", "pointercancel"]) {
  document.addEventListener(kind, () => setTimeout(() => (pressing = false), 0));
}

function isLive(element) {
  return element instanceof Element && element.hasAttribute("data-live");
}

// A poll waits while the page is hidden.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isLive(event.detail.elt) && document.hidden) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr, requestConfig } = event.detail;
  if (!isLive(target)) return;
  if (xhr.status === 404) {
    // Somebody deleted it.
    window.location.reload();
  } else if (isLive(requestConfig.elt) && (pressing || !window.getSelection().isCollapsed)) {
    // A swap now would lose the click under way or the text being selected.
    event.detail.shouldSwap = false;
  }
});

// A screen reader is told what changed in a state or a count, not every percent.
let said = document.querySelector("[data-live]")?.dataset.says;
function announce() {
  const now = document.querySelector("[data-live]")?.dataset.says;
  if (now && now !== said) document.getElementById("announcer").textContent = now;
  said = now;
}

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = document.getElementById("ask");
  if (dialog && event.detail.target === dialog) dialog.showModal();
  else if (dialog?.open && event.detail.requestConfig?.verb === "post") dialog.close();
  announce();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("dialog [data-close]")) {
    event.preventDefault();
    event.target.closest("dialog").close();
  }
});
