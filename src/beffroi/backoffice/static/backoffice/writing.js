// The editor of a Télmail. Without this file the page still works: the boxes are plain text areas.
import "./articles.js";
import { keeper } from "./kept.js";
import { editors, makeEditor } from "./rich.js";

const form = document.getElementById("writing");
const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;

// ---- Images ---------------------------------------------------------------------------------------------------

const imageDialog = document.getElementById("ask-image");
let asked = null;

function askImage(editor, file, present = null) {
  const chosen = imageDialog.querySelector("#image-file");
  const alt = imageDialog.querySelector("#image-alt");
  const shown = imageDialog.querySelector("#image-shown");
  imageDialog.querySelector("#image-file-field").hidden = Boolean(file || present);
  imageDialog.querySelector("#image-error").hidden = true;
  chosen.value = "";
  alt.value = present ? present.alt : "";
  shown.hidden = !(file || present);
  if (file) shown.src = URL.createObjectURL(file);
  if (present) shown.src = present.src;
  asked = { editor, file, present };
  imageDialog.showModal();
  (file || present ? alt : chosen).focus();
}

imageDialog.querySelector("#image-file").addEventListener("change", (event) => {
  const shown = imageDialog.querySelector("#image-shown");
  if (event.target.files[0]) { shown.src = URL.createObjectURL(event.target.files[0]); shown.hidden = false; }
});

imageDialog.querySelector("form").addEventListener("submit", async (event) => {
  if (event.submitter?.value !== "ok") return;
  event.preventDefault();
  const words = imageDialog.querySelector("#image-alt").value.trim();
  const file = asked.file || imageDialog.querySelector("#image-file").files[0];
  const { editor, present } = asked;
  if (present && words) {
    const at = editor.view.posAtDOM(present, 0);
    editor.chain().setNodeSelection(at).updateAttributes("image", { alt: words }).run();
    imageDialog.close();
    return;
  }
  const answer = await upload(file, words);
  if (answer.words) {
    const error = imageDialog.querySelector("#image-error");
    error.textContent = answer.words;
    error.hidden = false;
    return;
  }
  imageDialog.close();
  editor.chain().focus().setImage({ src: answer.src, alt: words }).run();
});

async function upload(file, alt) {
  const data = new FormData();
  if (file) data.append("file", file);
  data.append("alt", alt);
  try {
    const answer = await fetch(form.dataset.images, { method: "POST", body: data, headers: { "X-CSRFToken": csrf } });
    return await answer.json();
  } catch {
    return { words: form.dataset.notSent };
  }
}

function takeFile(editor, files) {
  const file = [...(files || [])].find((one) => one.type.startsWith("image/"));
  if (!file) return false;
  askImage(editor, file);
  return true;
}

const pictures = { ask: (editor) => askImage(editor, null), take: takeFile, open: (editor, image) => askImage(editor, null, image) };
form.querySelectorAll("textarea.rich").forEach((box) => makeEditor(box, { cleans: form.dataset.cleans, csrf, pictures }));

// ---- Saving by itself; what could not be saved stays on this computer -----------------------------------------

const status = document.getElementById("saved");
const revision = form.querySelector("[name=revision]");
const PAUSE_MS = 2500;
let waiting = 0;
let saving = null;
let isStopped = !form.dataset.autosave;
let isDirty = false;

const { remember, forget } = keeper(form, editors);

async function save() {
  clearTimeout(waiting);
  if (isStopped || !isDirty) return;
  if (saving) { await saving; if (!isDirty) return; }
  isDirty = false;
  saving = send();
  await saving;
  saving = null;
}

async function send() {
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), redirect: "error" });
    const told = await answer.json();
    status.textContent = told.words;
    if (!told.saved) { isStopped = true; status.classList.add("error"); return; }
    revision.value = told.revision;
    if (!isDirty) forget();
  } catch {
    isDirty = true;
    status.textContent = form.dataset.notSaved;
    waiting = setTimeout(save, 4 * PAUSE_MS);
  }
}

// Editors tidy what they are given; only a person makes it worth saving.
let isTouched = false;
for (const kind of ["beforeinput", "keydown", "pointerdown", "paste", "drop", "change"]) {
  document.addEventListener(kind, () => { isTouched = true; }, { capture: true, passive: true });
}

form.addEventListener("input", () => {
  if (!isTouched) return;
  isDirty = true;
  remember();
  if (isStopped) return;
  status.textContent = form.dataset.typing;
  clearTimeout(waiting);
  waiting = setTimeout(save, PAUSE_MS);
});
document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });

form.addEventListener("submit", (event) => {
  clearTimeout(waiting);
  if (saving) {
    event.preventDefault();
    event.stopPropagation();
    const { submitter } = event;
    saving.then(() => form.requestSubmit(submitter));
    return;
  }
  isStopped = true;
  forget();
});
