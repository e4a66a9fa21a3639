// Text areas become editors: headings, lists, links, tables, and pictures where the page has a place for them.
// Without this file the page still works: the boxes are plain text areas.
import {
  Blockquote, Bold, BulletList, Document, Dropcursor, Gapcursor, HardBreak, Heading, History, HorizontalRule, Image,
  Italic, Link, ListItem, OrderedList, Paragraph, Subscript, Superscript, Table, TableCell, TableHeader, TableRow,
  Text, createTextareaEditor,
} from "../django_prose_editor/editor.js";

export const editors = new Map();
const FROM_OFFICE = /mso-|urn:schemas-microsoft-com|<o:p|docs-internal-guid|class="?(western|Mso)|LibreOffice/i;

// `pictures`: how the page asks for one, { ask(editor), take(editor, files), open(editor, image) }; null: none may stand in the text.
const tools = (pictures) => [
  { key: "heading", name: "Titre", sign: "H", run: (e) => e.toggleHeading({ level: 2 }), mark: ["heading", { level: 2 }] },
  { key: "subheading", name: "Sous-titre", sign: "h", run: (e) => e.toggleHeading({ level: 3 }), mark: ["heading", { level: 3 }] },
  { key: "bold", name: "Gras", sign: "G", run: (e) => e.toggleBold(), mark: ["bold"] },
  { key: "italic", name: "Italique", sign: "I", run: (e) => e.toggleItalic(), mark: ["italic"] },
  { key: "list", name: "Liste", sign: "•", run: (e) => e.toggleBulletList(), mark: ["bulletList"] },
  { key: "numbers", name: "Liste numérotée", sign: "1.", run: (e) => e.toggleOrderedList(), mark: ["orderedList"] },
  { key: "quote", name: "Citation", sign: "»", run: (e) => e.toggleBlockquote(), mark: ["blockquote"] },
  { key: "link", name: "Lien", sign: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1", ask: (e) => askLink(e), mark: ["link"] },
  ...(pictures ? [{ key: "image", name: "Image", sign: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01", ask: (e) => pictures.ask(e) }] : []),
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

// `cleans`: the address that cleans what word processors paste.
export function makeEditor(textarea, { cleans, csrf, pictures = null }) {
  const OwnLink = Link.extend({ addKeyboardShortcuts() { return { "Mod-k": () => { askLink(editor); return true; } }; } });
  const editor = createTextareaEditor(textarea, [
    Document, Paragraph, Text, HardBreak, Gapcursor, Dropcursor, History,
    Heading.configure({ levels: [2, 3] }), Bold, Italic, Superscript, Subscript, BulletList, OrderedList, ListItem,
    Blockquote, HorizontalRule, OwnLink.configure({ openOnClick: false, autolink: true, enableTarget: false }),
    ...(pictures ? [Image.configure({ inline: true, allowBase64: false })] : []), Table, TableRow, TableHeader, TableCell,
  ]);
  editor.setOptions({ editorProps: {
    attributes: { role: "textbox", "aria-multiline": "true", "aria-label": textarea.dataset.label, lang: "fr", spellcheck: "true" },
    handlePaste: (view, event) => paste(editor, event, { cleans, csrf, pictures }),
    handleDrop: (view, event) => Boolean(pictures?.take(editor, event.dataTransfer?.files)),
  } });
  const { label } = textarea.dataset;
  const tableBar = toolbar(editor, `Tableau : ${label}`, TABLE_TOOLS);
  tableBar.classList.add("of-table");
  const showTableBar = () => { tableBar.hidden = !editor.isActive("table"); };
  editor.on("transaction", showTableBar);
  showTableBar();
  textarea.before(toolbar(editor, `Mise en forme : ${label}`, tools(pictures)), tableBar);
  document.querySelector(`label[for="${textarea.id}"]`)?.addEventListener("click", (event) => {
    event.preventDefault();
    editor.commands.focus();
  });
  editor.view.dom.addEventListener("dblclick", (event) => {
    if (event.target.tagName === "IMG") pictures?.open(editor, event.target);
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
function toolbar(editor, label, offered) {
  const bar = document.createElement("div");
  bar.className = "tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", label);
  const buttons = offered.map((tool) => toolButton(editor, tool));
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
  const show = () => offered.forEach(({ mark }, at) => {
    if (mark) buttons[at].setAttribute("aria-pressed", String(editor.isActive(...mark)));
  });
  editor.on("transaction", show);
  show();
  return bar;
}

const linkDialog = document.getElementById("ask-link");

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

// What word processors copy is cleaned by the house, which knows their ways.
function paste(editor, event, { cleans, csrf, pictures }) {
  const html = event.clipboardData?.getData("text/html") || "";
  if (!html) return Boolean(pictures?.take(editor, event.clipboardData?.files));
  if (!FROM_OFFICE.test(html)) return false;
  const plain = event.clipboardData.getData("text/plain");
  cleaned(html, cleans, csrf).then((good) => editor.chain().focus().insertContent(good ?? plain).run());
  return true;
}

async function cleaned(html, cleans, csrf) {
  const data = new FormData();
  data.append("html", html.replace(/src="data:[^"]*"/gi, ""));
  try {
    const answer = await fetch(cleans, { method: "POST", body: data, headers: { "X-CSRFToken": csrf } });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}
