// The manners of the chat page: the box, the scrolling, the source panel, the lost connection.
"use strict";

const byId = (id) => document.getElementById(id);
const SIGNED_OUT = 4401;
const NEAR = 80;

let connected = false;
let wasConnected = false;
let following = true;
let opener = null;

const box = byId("question");
const scroll = byId("scroll");

// The box: Enter sends, Shift + Enter breaks the line, and it grows with its text.
function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

if (box) {
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (box.value.trim()) box.form.requestSubmit();
  });
  grow();
  if (byId("messages") && matchMedia("(hover: hover)").matches) box.focus();
}

// Nothing is sent while the connection is lost: the text stays in the box.
document.addEventListener("submit", (event) => {
  const overSocket = event.target.hasAttribute("ws-send");
  if (overSocket && wasConnected && !connected) {
    event.preventDefault();
    event.stopPropagation();
    showOffline();
  }
}, true);

// A page without a socket goes to the server once.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post" || event.target.hasAttribute("ws-send")) return;
  if (event.target.dataset.sent) event.preventDefault();
  else if (["ask", "starter"].includes(event.target.id)) event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

function taken() {
  box.value = "";
  grow();
  follow();
}

// The scrolling: while the reader follows, the end is kept in view, and the question with it.
function place() {
  const question = [...scroll.querySelectorAll(".question")].pop();
  const end = scroll.scrollHeight - scroll.clientHeight;
  return Math.max(0, Math.min(end, question ? question.offsetTop - 16 : end));
}

function follow() {
  following = true;
  if (byId("messages")) scroll.scrollTop = place();
}

if (scroll && byId("messages")) {
  scroll.addEventListener("scroll", () => {
    following = Math.abs(place() - scroll.scrollTop) < NEAR;
  }, { passive: true });
  if (location.hash) byId(location.hash.slice(1))?.scrollIntoView();
  else follow();
  new ResizeObserver(() => { if (following) follow(); }).observe(scroll);
}

document.addEventListener("htmx:wsAfterMessage", () => {
  const note = document.querySelector("#note [data-note='taken']");
  if (note) {
    note.remove();
    taken();
  } else if (following) {
    follow();
  }
  showCopy();
});

// The connection.
function showOffline() {
  byId("offline").hidden = false;
}

document.addEventListener("htmx:wsOpen", (event) => {
  if (wasConnected) event.detail.socketWrapper.send(JSON.stringify({ type: "refresh" }));
  connected = wasConnected = true;
  byId("offline").hidden = true;
});

document.addEventListener("htmx:wsClose", (event) => {
  connected = false;
  const code = event.detail.event.code;
  if (code === SIGNED_OUT) location.reload();
  else if (code < 4000) showOffline();
});

// The source panel.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[hx-target='#source']");
  if (link) opener = link;
  if (event.target.closest("[data-close-source]")) {
    event.preventDefault();
    closeSource();
  }
});

function closeSource() {
  byId("source").replaceChildren();
  markOpen(null);
  opener?.focus();
}

function markOpen(link) {
  for (const one of document.querySelectorAll("a.open")) one.classList.remove("open");
  link?.classList.add("open");
}

document.addEventListener("keydown", (event) => {
  const panel = byId("source");
  if (event.key === "Escape" && panel?.hasChildNodes() && !document.querySelector("dialog[open], :popover-open")) closeSource();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "source") return;
  markOpen(opener);
  byId("source-title")?.focus({ preventScroll: true });
  const quote = byId("quote");
  const picture = byId("source").querySelector(".page-picture img");
  const show = () => quote?.scrollIntoView({ block: "nearest" });
  if (picture && !picture.complete) picture.addEventListener("load", show, { once: true });
  show();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "source" && event.detail.xhr.responseURL.includes("/login/")) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

for (const kind of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(kind, (event) => {
    if (event.detail.target?.id !== "source") return;
    const gone = event.detail.xhr?.status === 404;
    const text = gone ? "This source is not there any more, or it is no longer open to you." : "The source could not be loaded. Try again in a moment.";
    showProblem(text);
  });
}

function showProblem(text) {
  const note = document.createElement("p");
  note.className = "notice bad";
  note.textContent = text;
  note.setAttribute("role", "alert");
  byId("note").replaceChildren(note);
}

// The dialog that asks before a conversation is deleted.
const dialog = byId("confirm");
document.addEventListener("htmx:afterSwap", (event) => {
  if (dialog && event.detail.target === dialog && !dialog.open) {
    byId("conversations").hidePopover?.();
    dialog.showModal();
  }
});
dialog?.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) {
    event.preventDefault();
    dialog.close();
  }
});

// Copy, where the browser allows it.
function showCopy() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const copy = byId(button.dataset.copy).cloneNode(true);
  for (const mark of copy.querySelectorAll(".citation, .unsupported-mark [aria-hidden]")) mark.remove();
  const label = button.lastElementChild;
  try {
    await navigator.clipboard.writeText(plain(copy));
    label.textContent = "Copied";
  } catch {
    label.textContent = "Could not copy";
  }
  setTimeout(() => (label.textContent = "Copy"), 2000);
});

// innerText knows lines only of what is shown.
function plain(element) {
  element.className = "visually-hidden";
  document.body.append(element);
  const text = element.innerText.trim();
  element.remove();
  return text;
}

showCopy();
