// The box and the connection of the chat page: what is written is sent once, or stays.
"use strict";

const SIGNED_OUT = 4401;
// Milliseconds: a question is taken within, a connection that lives answers within, a page may be
// hidden for, before it looks whether it missed anything.
const TAKEN_WITHIN = 10_000;
const ALIVE_WITHIN = 4_000;
const HIDDEN_FOR = 15_000;
const DRAFT = "draft ";

const byId = (id) => document.getElementById(id);
const box = () => byId("question");

let wrapper = null;
let socket = null;
let connected = false;
let pending = null;
let probe = null;
let hiddenSince = 0;

// A page that comes back soon misses little; many that come back at once don't come together.
htmx.config.wsReconnectDelay = (tries) => Math.min(3000, 250 * 2 ** tries) * (0.5 + Math.random() / 2);

// The box: Enter sends, Shift + Enter breaks the line, and it grows with its text.
function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  box().style.height = "auto";
  box().style.height = `${box().scrollHeight}px`;
}

document.addEventListener("input", (event) => {
  if (event.target !== box()) return;
  grow();
  keepDraft();
});

document.addEventListener("keydown", (event) => {
  const written = event.target;
  if (!written.matches("#question, #staff-text")) return;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (written.value.trim()) written.form.requestSubmit();
});

// A draft outlives a reload and signing in anew, and goes with the tab, with signing out, or when
// somebody else signs in.
const draftsOfWriter = () => `${DRAFT}${byId("ask").elements.writer.value} `;
const draftKey = () => draftsOfWriter() + location.pathname;

function keepDraft() {
  if (byId("editing")) return;
  if (box().value) sessionStorage.setItem(draftKey(), box().value);
  else sessionStorage.removeItem(draftKey());
}

function restoreDraft() {
  if (!box().value && !byId("editing")) box().value = sessionStorage.getItem(draftKey()) ?? "";
}

document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/logout/")) return;
  forgetDrafts();
});

function forgetDrafts(except = null) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(DRAFT) && !(except && key.startsWith(except))) sessionStorage.removeItem(key);
  }
}

// Nothing is sent while the connection is lost, and nothing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const overSocket = form.hasAttribute("ws-send");
  if (overSocket && ((socket && !connected) || (pending && form.id === "ask"))) {
    event.preventDefault();
    event.stopPropagation();
    if (!connected) showOffline();
  } else if (overSocket && form.id === "ask") {
    pending = { text: box().value, before: lastQuestion()?.id, timer: setTimeout(reconnect, TAKEN_WITHIN) };
  } else if (overSocket) {
    const button = form.querySelector("button");
    setTimeout(() => (button.disabled = true));
    setTimeout(() => (button.disabled = false), 2000);
  }
}, true);

// A form that is not sent over a socket goes to the server once.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.id !== "starter") return;
  if (event.target.dataset.sent) event.preventDefault();
  else event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

const lastQuestion = () => [...document.querySelectorAll("#messages > .question")].pop();

function settled() {
  clearTimeout(pending?.timer);
  pending = null;
}

// The question has been taken: the box is free for the next one.
function taken() {
  if (pending && box().value === pending.text) {
    box().value = "";
    byId("editing")?.remove();
    grow();
    keepDraft();
  }
  settled();
  document.dispatchEvent(new Event("question:taken"));
}

// After a lost connection the thread itself tells whether the question had arrived.
function arrived() {
  const last = lastQuestion();
  const same = last?.querySelector("p").textContent.trim() === pending.text.replaceAll("\r\n", "\n").trim();
  if (same && last.id !== pending.before) return taken();
  settled();
  say("unsent");
}

// Puts the sentence of a template above the box.
function say(id) {
  byId("note").replaceChildren(byId(id).content.cloneNode(true));
}

document.addEventListener("htmx:wsAfterMessage", (event) => {
  clearTimeout(probe);
  // To whom the box writes may have changed.
  if (byId("question-label")) box().placeholder = byId("question-label").textContent;
  const note = document.querySelector("#note [data-note]");
  if (note?.dataset.note === "taken") {
    note.remove();
    taken();
  } else if (note?.dataset.note === "refused") {
    settled();
  } else if (pending && event.detail.message.includes("innerHTML:#messages")) {
    arrived();
  }
});

// The connection.
function showOffline() {
  byId("offline").hidden = false;
}

document.addEventListener("htmx:wsOpen", (event) => {
  const again = socket !== null;
  socket = event.detail.event.target;
  wrapper = event.detail.socketWrapper;
  connected = true;
  byId("offline").hidden = true;
  if (again) refresh();
});

document.addEventListener("htmx:wsClose", (event) => {
  connected = false;
  const code = event.detail.event.code;
  if (code === SIGNED_OUT) location.reload();
  else if (code < 4000) showOffline();
});

function refresh() {
  wrapper.send(JSON.stringify({ type: "refresh" }));
  clearTimeout(probe);
  probe = setTimeout(reconnect, ALIVE_WITHIN);
}

// A connection may be dead without knowing it, as after a sleep.
function reconnect() {
  if (!wrapper || !connected) return;
  connected = false;
  socket.onclose = null;
  socket.close();
  wrapper.reconnect();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenSince = Date.now();
  else if (connected && Date.now() - hiddenSince > HIDDEN_FOR) refresh();
});
window.addEventListener("online", () => {
  if (connected) refresh();
});

// The first question of a conversation goes as a request.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "ask") byId("note").replaceChildren();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const answer = event.detail.xhr;
  if (event.target.id !== "ask" || event.detail.requestConfig.verb !== "post") return;
  if (answer.status === 401) location.reload();
  else if (answer.getResponseHeader("HX-Redirect")) sessionStorage.removeItem(draftKey());
  else if (!event.detail.successful) say(answer.status === 403 ? "outdated" : "unsent");
});

// A question that is written anew comes with a box of its own.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "composer" && !event.target.closest?.("#composer")) return;
  restoreDraft();
  grow();
  box().focus();
  box().setSelectionRange(box().value.length, box().value.length);
});

if (box()) {
  forgetDrafts(draftsOfWriter());
  restoreDraft();
  // Something may have been written before this script was there.
  keepDraft();
  grow();
  if (byId("messages") && matchMedia("(hover: hover)").matches) box().focus();
}
