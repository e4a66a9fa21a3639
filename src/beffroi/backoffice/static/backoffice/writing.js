// The editor of a Télmail. Without this file the page still works: the boxes are plain text areas.
import "./articles.js";
import {
  Blockquote, Bold, BulletList, Document, Dropcursor, Gapcursor, HardBreak, Heading, History, HorizontalRule, Image,
  Italic, Link, ListItem, OrderedList, Paragraph, Subscript, Superscript, Table, TableCell, TableHeader, TableRow,
  Text, createTextareaEditor,
} from "../django_prose_editor/editor.js";

const form = document.getElementById("writing");
const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;
const editors = new Map();
const FROM_OFFICE = /mso-|urn:schemas-microsoft-com|<o:p|docs-internal-guid|class="?(western|Mso)|LibreOffice/i;

// ---- The boxes become editors ---------------------------------------------------------------------------------

const TOOLS = [
  { key: "heading", name: "Titre", sign: "H", run: (e) => e.toggleHeading({ level: 2 }), mark: ["heading", { level: 2 }] },
  { key: "subheading", name: "Sous-titre", sign: "h", run: (e) => e.toggleHeading({ level: 3 }), mark: ["heading", { level: 3 }] },
  { key: "bold", name: "Gras", sign: "G", run: (e) => e.toggleBold(), mark: ["bold"] },
  { key: "italic", name: "Italique", sign: "I", run: (e) => e.toggleItalic(), mark: ["italic"] },
  { key: "list", name: "Liste", sign: "•", run: (e) => e.toggleBulletList(), mark: ["bulletList"] },
  { key: "numbers", name: "Liste numérotée", sign: "1.", run: (e) => e.toggleOrderedList(), mark: ["orderedList"] },
  { key: "quote", name: "Citation", sign: "»", run: (e) => e.toggleBlockquote(), mark: ["blockquote"] },
  { key: "link", name: "Lien", sign: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1", ask: (e) => askLink(e), mark: ["link"] },
  { key: "image", name: "Image", sign: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01", ask: (e) => askImage(e, null) },
  { key: "table", name: "Tableau", sign: "M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14M15 5v14", ask: (e) => insertTable(e), mark: ["table"] },
  { key: "undo", name: "Annuler", sign: "↶", run: (e) => e.undo() },
  { key: "redo", name: "Rétablir", sign: "↷", run: (e) => e.redo() },
];

// Shown while the caret stands in a table.
const TABLE_TOOLS = [
  { key: "row-add", name: "Ajouter une ligne", run: (e) => e.addRowAfter() },
  { key: "row-drop", name: "Retirer la ligne", run: (e) => e.deleteRow() },
  { key: "column-add", name: "Ajouter une colonne", run: (e) => e.addColumnAfter() },
  { key: "column-drop", name: "Retirer la colonne", run: (e) => e.deleteColumn() },
  { key: "table-drop", name: "Retirer le tableau", run: (e) => e.deleteTable() },
];

function insertTable(editor) {
  if (editor.isActive("table")) editor.commands.focus();
  else editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run();
}

function makeEditor(textarea) {
  const OwnLink = Link.extend({ addKeyboardShortcuts() { return { "Mod-k": () => { askLink(editor); return true; } }; } });
  const editor = createTextareaEditor(textarea, [
    Document, Paragraph, Text, HardBreak, Gapcursor, Dropcursor, History,
    Heading.configure({ levels: [2, 3] }), Bold, Italic, Superscript, Subscript, BulletList, OrderedList, ListItem,
    Blockquote, HorizontalRule, OwnLink.configure({ openOnClick: false, autolink: true, enableTarget: false }),
    Image.configure({ inline: true, allowBase64: false }), Table, TableRow, TableHeader, TableCell,
  ]);
  editor.setOptions({ editorProps: {
    attributes: { role: "textbox", "aria-multiline": "true", "aria-label": textarea.dataset.label, lang: "fr", spellcheck: "true" },
    handlePaste: (view, event) => paste(editor, event),
    handleDrop: (view, event) => takeFile(editor, event.dataTransfer?.files),
  } });
  const { label } = textarea.dataset;
  const tableBar = toolbar(editor, `Tableau : ${label}`, TABLE_TOOLS);
  tableBar.classList.add("of-table");
  const showTableBar = () => { tableBar.hidden = !editor.isActive("table"); };
  editor.on("transaction", showTableBar);
  showTableBar();
  textarea.before(toolbar(editor, `Mise en forme : ${label}`, TOOLS), tableBar);
  document.querySelector(`label[for="${textarea.id}"]`)?.addEventListener("click", (event) => {
    event.preventDefault();
    editor.commands.focus();
  });
  editor.view.dom.addEventListener("dblclick", (event) => {
    if (event.target.tagName === "IMG") askImage(editor, null, event.target);
  });
  editors.set(textarea.name, editor);
}

function drawn(sign) {
  const shown = document.createElement("span");
  shown.setAttribute("aria-hidden", "true");
  shown.className = "sign";
  if (!/^M\d/.test(sign)) { shown.textContent = sign; return shown; }
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", width: 20, height: 20 })) svg.setAttribute(name, value);
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  svg.firstChild.setAttribute("d", sign);
  shown.append(svg);
  return shown;
}

function toolButton(editor, { key, name, sign, run, ask }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `tool-${key}`;
  button.title = name;
  button.setAttribute("aria-label", name);
  if (sign) button.append(drawn(sign));
  button.append(Object.assign(document.createElement("span"), { className: "word", textContent: name, ariaHidden: "true" }));
  button.addEventListener("click", () => (ask ? ask(editor) : run(editor.chain().focus()).run()));
  return button;
}

// One stop for the Tab key; the arrows walk inside (WAI-ARIA, toolbar pattern).
function toolbar(editor, label, tools) {
  const bar = document.createElement("div");
  bar.className = "tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", label);
  const buttons = tools.map((tool) => toolButton(editor, tool));
  bar.append(...buttons);
  bar.addEventListener("mousedown", (event) => event.preventDefault());  // the caret stays in the text: no letter is lost
  buttons.forEach((button, at) => { button.tabIndex = at ? -1 : 0; });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  });
  const show = () => tools.forEach(({ mark }, at) => {
    if (mark) buttons[at].setAttribute("aria-pressed", String(editor.isActive(...mark)));
  });
  editor.on("transaction", show);
  show();
  return bar;
}

// ---- Links and images -----------------------------------------------------------------------------------------

const linkDialog = document.getElementById("ask-link");
const imageDialog = document.getElementById("ask-image");

function askLink(editor) {
  const input = linkDialog.querySelector("#link-href");
  input.value = editor.getAttributes("link").href || "";
  linkDialog.returnValue = "cancel";
  linkDialog.onclose = () => {
    const href = wholeAddress(input.value.trim());
    const chain = editor.chain().focus().extendMarkRange("link");
    if (linkDialog.returnValue === "remove" || (linkDialog.returnValue === "ok" && !href)) chain.unsetLink().run();
    else if (linkDialog.returnValue !== "ok") editor.commands.focus();
    else if (editor.state.selection.empty && !editor.isActive("link")) {
      chain.insertContent({ type: "text", text: input.value.trim(), marks: [{ type: "link", attrs: { href } }] }).run();
    } else chain.setLink({ href }).run();
  };
  linkDialog.showModal();
  input.focus();
}

function wholeAddress(typed) {
  if (!typed || /^(https?:|mailto:|tel:|\/)/i.test(typed)) return typed;
  if (/^[^\s@/]+@[^\s@/]+$/.test(typed)) return `mailto:${typed}`;
  return `https://${typed}`;
}

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

// What word processors copy is cleaned by the house, which knows their ways.
function paste(editor, event) {
  const html = event.clipboardData?.getData("text/html") || "";
  if (!html) return takeFile(editor, event.clipboardData?.files);
  if (!FROM_OFFICE.test(html)) return false;
  const plain = event.clipboardData.getData("text/plain");
  cleaned(html).then((good) => editor.chain().focus().insertContent(good ?? plain).run());
  return true;
}

async function cleaned(html) {
  const data = new FormData();
  data.append("html", html.replace(/src="data:[^"]*"/gi, ""));
  try {
    const answer = await fetch(form.dataset.cleans, { method: "POST", body: data, headers: { "X-CSRFToken": csrf } });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

form.querySelectorAll("textarea.rich").forEach(makeEditor);

// ---- Saving by itself; what could not be saved stays on this computer -----------------------------------------

const status = document.getElementById("saved");
const revision = form.querySelector("[name=revision]");
const PAUSE_MS = 2500;
let waiting = 0;
let saving = null;
let isStopped = !form.dataset.autosave;
let isDirty = false;

function fields() {
  return [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "revision");
}

function remember() {
  try { localStorage.setItem(form.dataset.key, JSON.stringify(fields())); } catch { /* full or forbidden: the server has the rest */ }
}

function forget() {
  try { localStorage.removeItem(form.dataset.key); } catch { /* nothing was kept */ }
}

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

const unsent = document.getElementById("unsent");
const kept = (() => { try { return JSON.parse(localStorage.getItem(form.dataset.key)); } catch { return null; } })();
if (kept && JSON.stringify(kept) !== JSON.stringify(fields())) unsent.hidden = false;
document.getElementById("unsent-drop").addEventListener("click", () => { forget(); unsent.hidden = true; });
document.getElementById("unsent-take").addEventListener("click", () => {
  form.querySelectorAll("[name=theme]").forEach((box) => { box.checked = false; });
  for (const [name, value] of kept) {
    if (editors.has(name)) editors.get(name).commands.setContent(value);
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = field.checked || field.value === value;
      else if (!field.classList.contains("rich")) field.value = value;
    }
  }
  unsent.hidden = true;
  form.dispatchEvent(new Event("input"));
});
