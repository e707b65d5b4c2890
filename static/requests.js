// What the desk is asked for: the token that goes with it, and what is told when nothing came back.
"use strict";

// Whoever signs in again in another tab can go on here: the token of a form is then an old one.
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!token() || detail.verb === "get") return;
  if (detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = token();
  detail.headers["X-CSRFToken"] = token();
});

document.addEventListener("submit", (event) => {
  const field = event.target.elements.csrfmiddlewaretoken;
  if (field && token()) field.value = token();
});

// What was chosen in a filter before the scripts had come, on a slow line, is asked for now.
window.addEventListener("load", () => {
  for (const form of document.querySelectorAll("form.filters[hx-get]")) {
    if ([...form.elements].some(isChosen)) form.dispatchEvent(new Event("change"));
  }
});

function isChosen(field) {
  if (!field.options) return "defaultValue" in field && field.value !== field.defaultValue;
  const initial = [...field.options].findIndex((one) => one.defaultSelected);
  return field.selectedIndex !== Math.max(initial, 0);
}

// What was asked for and did not come is told: in the open dialog, above the box, or at the foot.
for (const kind of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(kind, (event) => {
    const { elt, target, xhr } = event.detail;
    // The box tells by itself what became of its text.
    if (elt.id === "ask" || elt.id === "news") return;
    if (target?.id === "source") {
      const text = document.getElementById(xhr?.status === 404 ? "source-gone" : "source-unread");
      return document.getElementById("note").replaceChildren(text.content.cloneNode(true));
    }
    tellFailure(isPoll(elt) ? "live" : xhr?.status ?? 0);
  });
}

const isPoll = (elt) => elt.hasAttribute?.("data-live");

function tellFailure(reason) {
  const failures = document.getElementById("failures").content;
  const text = failures.querySelector(`[data-when~="${reason}"]`) ?? failures.querySelector("[data-when='else']");
  forgetFailures();
  const place = document.querySelector("dialog[open]") ?? document.getElementById("note") ?? document.getElementById("failure");
  const told = text.cloneNode(true);
  if (place.id !== "note") told.role = "alert";
  place.append(told);
}

function forgetFailures() {
  for (const one of document.querySelectorAll(".failed-to")) one.remove();
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.id !== "news") forgetFailures();
});

// What looks for news by itself must not lose what is being written, or what became of files: the
// page then stays as it is.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt, xhr } = event.detail;
  if (xhr.status !== 401) return;
  if (elt.id === "news") return event.preventDefault();
  if (!isPoll(elt) || !holdsWork()) return;
  event.preventDefault();
  if (!document.querySelector(".failed-to:is([data-when='401'], [data-when='ended'])")) tellFailure("ended");
});

function holdsWork() {
  const fields = document.querySelectorAll("form[method=post] :is(input, select, textarea)");
  return Boolean(document.querySelector("[data-results] > li")) || [...fields].some(isChanged);
}

function isChanged(field) {
  if (field.type === "hidden") return false;
  if (field.matches("select")) {
    const first = [...field.options].findIndex((one) => one.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  }
  if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}
