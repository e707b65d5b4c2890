// Uploads by drag and drop with progress, and the manners of the list of documents.
"use strict";

const AT_ONCE = 2;

function start(form) {
  const drop = form.querySelector("[data-drop]");
  const queue = [];
  const total = { sent: 0, refused: 0, all: 0 };
  let running = 0;

  form.classList.add("scripted");
  form.querySelectorAll("[data-needs-script]").forEach((one) => (one.hidden = false));
  form.querySelectorAll("[data-without-script]").forEach((one) => (one.hidden = true));
  form.querySelectorAll("[data-files]").forEach((input) => {
    input.addEventListener("change", () => {
      add([...input.files].map((file) => ({ file, name: nameInFolder(file.webkitRelativePath) || file.name })));
      input.value = "";
    });
  });
  // A file that misses the box would else replace the page.
  for (const kind of ["dragover", "drop"]) {
    window.addEventListener(kind, (event) => event.preventDefault());
  }
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", (event) => {
    if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
  });
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    add(await dropped(event.dataTransfer));
  });
  window.addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });

  function add(files) {
    const wanted = files.filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
    if (!running) {
      Object.assign(total, { sent: 0, refused: 0, all: 0 });
      form.querySelector("[data-results]").replaceChildren();
    }
    total.all += wanted.length;
    for (const { file, name } of wanted) queue.push({ file, name, line: lineFor(name) });
    tell();
    while (running < AT_ONCE && queue.length) next();
  }

  function lineFor(name) {
    const line = element("li", "upload-result waiting");
    line.append(element("span", "upload-name", name), element("span", "badge", "waiting"));
    form.querySelector("[data-results]").append(line);
    return line;
  }

  function next() {
    const upload = queue.shift();
    if (!upload) return;
    running += 1;
    send(upload).then((refused) => {
      running -= 1;
      total.sent += 1;
      total.refused += refused ? 1 : 0;
      tell();
      refreshList();
      next();
    });
  }

  function send({ file, name, line }) {
    const limit = Number(form.dataset.maxBytes);
    if (file.size > limit) {
      return refuse(line, name, `It is larger than ${Math.round(limit / 1e6)} MB. Split it or make it smaller.`);
    }
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    data.append("collection", form.querySelector("[name=collection]").value);
    data.append("files", file);
    data.append("names", name);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const bar = element("progress", "");
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", `Sending ${name}`);
      line.querySelector(".badge").replaceWith(bar);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => resolve(finish(request, line, name)));
      request.open("POST", form.getAttribute("action") || window.location.href);
      request.setRequestHeader("HX-Request", "true");
      request.send(data);
    });
  }

  function finish(request, line, name) {
    const answer = new DOMParser().parseFromString(request.responseText || "", "text/html");
    const results = answer.querySelectorAll("li.upload-result");
    if (!results.length) return refuse(line, name, why(request.status));
    const refused = [...results].some((one) => one.classList.contains("refused"));
    for (const one of results) {
      if (!one.querySelector(".upload-name")) one.prepend(element("span", "upload-name", name), " ");
    }
    line.replaceWith(...results);
    return refused;
  }

  function tell() {
    const { sent, refused, all } = total;
    let text = sent < all ? `Sending ${sent + 1} of ${all}` : `${all} ${all === 1 ? "file" : "files"} sent`;
    if (!all) text = "Nothing to send: hidden files are left out.";
    form.querySelector("[data-summary]").textContent = text + (refused ? `, ${refused} refused` : "");
  }
}

function refuse(line, name, reason) {
  line.className = "upload-result refused";
  line.replaceChildren(
    element("span", "upload-name", name), " ",
    element("span", "badge failed", "refused"), " ",
    element("span", "upload-why", reason),
  );
  return Promise.resolve(true);
}

function why(status) {
  if (status === 0) return "The connection broke off, or the file can't be read. Send it again.";
  if (status === 413) return "The server takes no file of this size.";
  if (status === 403 || status === 200) return "You are signed out or may not upload. Load the page again.";
  return `The server could not take it (error ${status}). Send it again in a moment.`;
}

function element(tag, classes, text = "") {
  const made = document.createElement(tag);
  made.className = classes;
  made.textContent = text;
  return made;
}

// The chosen folder is no part of the document's name, as in `manage.py ingest`.
function nameInFolder(path) {
  return path ? path.split("/").slice(1).join("/") : "";
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

async function walk(entry, folder, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    if (file) found.push({ file, name: folder + entry.name });
    return;
  }
  const inside = entry.fullPath.split("/").slice(2).join("/");
  const reader = entry.createReader();
  for (;;) {
    const batch = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!batch.length) return;
    for (const one of batch) await walk(one, inside ? `${inside}/` : "", found);
  }
}

function refreshList() {
  document.getElementById("documents")?.dispatchEvent(new Event("refresh"));
}

let pressing = false;
document.addEventListener("pointerdown", () => (pressing = true));
for (const kind of ["pointerup", "pointercancel"]) {
  document.addEventListener(kind, () => setTimeout(() => (pressing = false), 0));
}

// A poll waits while the page is hidden.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "documents" && document.hidden) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr, requestConfig } = event.detail;
  if (target.id !== "documents") return;
  if (xhr.status === 200 && !xhr.responseText.includes('id="documents"')) {
    // Signed out in the meantime: the sign-in page came instead of the list.
    event.detail.shouldSwap = false;
    window.location.reload();
  } else if (requestConfig.elt.id === "documents" && (pressing || !window.getSelection().isCollapsed)) {
    // A swap now would lose the click under way or the text being selected.
    event.detail.shouldSwap = false;
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = document.getElementById("delete-dialog");
  if (event.detail.target === dialog) dialog.showModal();
  else if (dialog?.open && event.detail.requestConfig?.verb === "post") dialog.close();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("dialog [data-close]")) {
    event.preventDefault();
    event.target.closest("dialog").close();
  }
});

document.querySelectorAll("[data-upload]").forEach(start);
