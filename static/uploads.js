// Uploads of many files: by choice or by drag and drop, a few small requests at a time.
"use strict";

const AT_ONCE = 3;
// A screen reader hears of the progress this often, and of the end.
const TELL_EVERY = 10000;
// The words of the page's language, from the template "upload-words".
const words = document.getElementById("upload-words")?.dataset;
const JUNK = /^(\.|~\$)|^(__MACOSX|Thumbs\.db|desktop\.ini)$/i;

function start(form) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const drop = part("drop");
  const queue = [];
  let failed = [];
  const total = { sent: 0, refused: 0, stopped: 0, all: 0, leftOut: 0 };
  let running = 0;
  let told = 0;

  form.classList.add("scripted");
  form.querySelectorAll("[data-needs-script]").forEach((one) => (one.hidden = false));
  form.querySelectorAll("[data-without-script]").forEach((one) => (one.hidden = true));
  const inputs = form.querySelectorAll("[data-files]");
  inputs.forEach((input) => input.addEventListener("change", () => take(input)));
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
  part("again").addEventListener("click", () => {
    const again = failed;
    failed = [];
    for (const one of again) {
      if (one.stopped) {
        total.all += 1;
        total.stopped -= 1;
      } else {
        total.sent -= 1;
        total.refused -= 1;
      }
      const line = lineFor(one.name);
      one.line.replaceWith(line);
      queue.push({ ...one, line, stopped: false });
    }
    begin();
  });
  part("stop").addEventListener("click", stop);
  // On a slow line somebody chooses before this script is there.
  inputs.forEach((input) => input.files.length && take(input));

  function take(input) {
    add([...input.files].map((file) => ({ file, name: nameInFolder(file.webkitRelativePath) || file.name })));
    input.value = "";
  }

  function add(files) {
    if (!running) {
      Object.assign(total, { sent: 0, refused: 0, stopped: 0, all: 0, leftOut: 0 });
      failed = [];
      part("results").replaceChildren();
    }
    const wanted = files.filter(({ name }) => !name.split("/").some((one) => JUNK.test(one)));
    total.leftOut += files.length - wanted.length;
    total.all += wanted.length;
    for (const { file, name } of wanted) {
      const line = lineFor(name);
      part("results").append(line);
      queue.push({ file, name, line, fields: fieldsNow() });
    }
    begin();
  }

  // What is on its way arrives; the rest can still be sent.
  function stop() {
    for (const one of queue.splice(0)) {
      total.all -= 1;
      total.stopped += 1;
      one.line.querySelector(".badge").textContent = words.stoppedOne;
      failed.push({ ...one, stopped: true });
    }
    tell();
  }

  // What the form says when a file is chosen goes with it, whatever is changed while it waits.
  function fieldsNow() {
    const names = ["collection", "effective_from", "expires_on"];
    const inputs = names.map((name) => form.querySelector(`[name=${name}]`)).filter(Boolean);
    return inputs.map((input) => [input.name, input.value]);
  }

  function begin() {
    while (running < AT_ONCE && queue.length) next();
    tell();
  }

  function next() {
    const upload = queue.shift();
    if (!upload) return;
    running += 1;
    send(upload).then(({ refused, again, signedOut }) => {
      running -= 1;
      total.sent += 1;
      total.refused += refused ? 1 : 0;
      if (again) failed.push({ ...upload, line: again });
      if (signedOut) stop();
      tell();
      refreshList();
      next();
    });
  }

  function send({ file, name, line, fields }) {
    const limit = Number(form.dataset.maxBytes);
    // The server counts the files within an archive by themselves.
    if (file.size > limit && !/\.zip$/i.test(name)) {
      refuse(line, name, words.tooLarge.replace("{}", Math.round(limit / 1e6)));
      return Promise.resolve({ refused: true });
    }
    const data = new FormData();
    data.append("csrfmiddlewaretoken", token() ?? form.querySelector("[name=csrfmiddlewaretoken]").value);
    for (const [key, value] of fields) data.append(key, value);
    data.append("files", file);
    data.append("names", name);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const bar = make("progress", "");
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", words.sending.replace("{}", name));
      line.querySelector(".badge").replaceWith(bar);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      // All is sent; the server stores it, or unpacks it for a while.
      request.upload.addEventListener("load", () => bar.removeAttribute("value"));
      request.addEventListener("loadend", () => resolve(finish(request, line, name)));
      request.open("POST", form.getAttribute("action") || window.location.pathname);
      request.setRequestHeader("HX-Request", "true");
      request.send(data);
    });
  }

  function finish(request, line, name) {
    const answer = new DOMParser().parseFromString(request.responseText || "", "text/html");
    const results = answer.querySelectorAll("li.upload-result");
    if (!results.length) {
      return { refused: true, again: refuse(line, name, why(request.status)), signedOut: request.status === 401 };
    }
    const refused = [...results].some((one) => one.classList.contains("refused"));
    for (const one of results) {
      if (!one.querySelector(".upload-name")) one.prepend(make("span", "upload-name", name), " ");
    }
    line.replaceWith(...results);
    return { refused };
  }

  function tell() {
    const text = summary(total);
    const bar = part("progress").querySelector("progress");
    part("progress").hidden = false;
    part("summary").textContent = text;
    bar.max = Math.max(total.all, 1);
    bar.value = total.sent;
    bar.hidden = total.sent >= total.all;
    part("stop").hidden = !queue.length;
    part("again").hidden = !failed.length || running > 0;
    if (total.sent >= total.all || Date.now() - told > TELL_EVERY) {
      told = Date.now();
      part("told").textContent = text;
    }
  }
}

function summary({ sent, refused, stopped, all, leftOut }) {
  const hidden = leftOut ? (leftOut === 1 ? words.leftOutOne : words.leftOut).replace("{}", leftOut) : "";
  if (!all) return hidden ? `${words.nothing} ${hidden}.` : words.nothing;
  const whole = all === 1 ? words.sentOne : words.sentAll;
  const progress = (sent < all ? words.sentSome : whole).replace("{sent}", sent).replace("{all}", all);
  const kept = [refused ? words.refused.replace("{}", refused) : "", stopped ? words.stopped.replace("{}", stopped) : ""];
  return [progress, ...kept, hidden].filter(Boolean).join(", ");
}

function lineFor(name) {
  const line = make("li", "upload-result waiting");
  line.append(make("span", "upload-name", name), make("span", "badge", words.waiting));
  return line;
}

function refuse(line, name, reason) {
  line.className = "upload-result refused";
  line.replaceChildren(
    make("span", "upload-name", name), " ",
    make("span", "badge failed", words.refusedOne), " ",
    make("span", "upload-why", reason),
  );
  return line;
}

function why(status) {
  if (status === 0) return words.brokenOff;
  if (status === 413) return words.overSize;
  if (status === 401) return words.signedOut;
  if ([403, 200].includes(status)) return words.notAllowed;
  return words.serverError.replace("{}", status);
}

function make(tag, classes, text = "") {
  const made = document.createElement(tag);
  made.className = classes;
  made.textContent = text;
  return made;
}

// The chosen folder is no part of the document's name, as in `manage.py ingest`.
function nameInFolder(path) {
  return path ? path.split("/").slice(1).join("/") : "";
}

// One folder that is dropped alone is like a chosen one. Several keep their names: they may well
// hold files of the same names.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  const found = [];
  const alone = entries.length === 1 && entries[0].isDirectory;
  for (const entry of entries) await walk(entry, found);
  return found.map(({ file, path }) => ({ file, name: alone ? nameInFolder(path) : path }));
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    if (file) found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const batch = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!batch.length) return;
    for (const one of batch) await walk(one, found);
  }
}

function refreshList() {
  document.getElementById("documents")?.dispatchEvent(new Event("refresh"));
}

document.querySelectorAll("[data-upload]").forEach(start);
