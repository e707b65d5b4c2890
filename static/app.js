// The manners of the chat page: the scrolling, the source panel, the dialogs, what is copied.
"use strict";

const element = (id) => document.getElementById(id);
const NEAR = 80;

let following = true;
let opener = null;

const scroll = element("scroll");

// The scrolling: while the reader follows, the end is kept in view, and the question with it; of a
// long question its last lines, for the answer stands under them. What a person writes comes long
// after the question: it is kept in view from its own beginning.
function place() {
  const last = [...scroll.querySelectorAll(".question, .message.staff")].pop();
  const end = scroll.scrollHeight - scroll.clientHeight;
  if (!last) return Math.max(0, end);
  const asked = last.classList.contains("question");
  const long = asked ? Math.max(0, last.offsetHeight - scroll.clientHeight / 3) : 0;
  return Math.max(0, Math.min(end, last.offsetTop + long - 16));
}

function follow() {
  following = true;
  if (element("messages")) scroll.scrollTop = place();
}

if (scroll && element("messages")) {
  scroll.addEventListener("scroll", () => {
    following = Math.abs(place() - scroll.scrollTop) < NEAR;
  }, { passive: true });
  if (location.hash) element(location.hash.slice(1))?.scrollIntoView();
  else follow();
  new ResizeObserver(() => { if (following) follow(); }).observe(scroll);
}

document.addEventListener("htmx:wsAfterMessage", () => {
  if (following) follow();
  showCopy();
});
document.addEventListener("question:taken", follow);

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
  element("source").replaceChildren();
  markOpen(null);
  opener?.focus();
}

function markOpen(link) {
  for (const one of document.querySelectorAll("a.open")) one.classList.remove("open");
  link?.classList.add("open");
}

document.addEventListener("keydown", (event) => {
  const panel = element("source");
  if (event.key === "Escape" && panel?.hasChildNodes() && !document.querySelector("dialog[open], :popover-open")) closeSource();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "source") return;
  markOpen(opener);
  element("source-title")?.focus({ preventScroll: true });
  const quote = element("quote");
  const picture = element("source").querySelector(".page-picture img");
  const show = () => quote?.scrollIntoView({ block: "nearest" });
  if (picture && !picture.complete) picture.addEventListener("load", show, { once: true });
  show();
});

// The dialog that asks before a conversation is deleted.
const dialog = element("confirm");
document.addEventListener("htmx:afterSwap", (event) => {
  showCopy();
  if (dialog && event.detail.target === dialog && !dialog.open) {
    element("conversations").hidePopover?.();
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
  const label = button.lastElementChild;
  const before = label.textContent;
  try {
    await navigator.clipboard.write([copied(button)]);
    label.textContent = button.dataset.copied;
  } catch {
    label.textContent = button.dataset.failed;
  }
  setTimeout(() => (label.textContent = before), 2000);
});

// An answer as rich text and as plain text, with its sources; the link of a field as it is.
function copied(button) {
  const source = element(button.dataset.copy);
  if ("value" in source || source.tagName === "CODE") {
    return new ClipboardItem({ "text/plain": source.value ?? source.textContent });
  }
  const copy = document.createElement("div");
  copy.append(source.cloneNode(true));
  for (const mark of copy.querySelectorAll(".unsupported-mark [aria-hidden]")) mark.remove();
  for (const mark of copy.querySelectorAll(".citation")) mark.replaceWith(` [${mark.textContent}]`);
  for (const line of source.closest("article").querySelectorAll(".sources .source-line")) {
    const number = line.previousElementSibling.textContent;
    const place = line.querySelector(".source-title").textContent;
    copy.append(Object.assign(document.createElement("p"), { textContent: `[${number}] ${place}` }));
  }
  const html = copy.innerHTML;
  for (const item of copy.querySelectorAll("li")) item.prepend(sign(item));
  return new ClipboardItem({
    "text/plain": new Blob([plain(copy)], { type: "text/plain" }),
    "text/html": new Blob([html], { type: "text/html" }),
  });
}

function sign(item) {
  const list = item.parentElement;
  if (list.tagName !== "OL") return "- ";
  return `${(list.start || 1) + [...list.children].indexOf(item)}. `;
}

// innerText knows lines only of what is shown.
function plain(copy) {
  copy.className = "visually-hidden";
  document.body.append(copy);
  const text = copy.innerText.trim();
  copy.remove();
  return text;
}

showCopy();
