// The form of an entry. Without this file the page still works: lines are added by the server, the photo is sent with the rest.
import { keeper, mayHaveArrived, sends } from "./kept.js";
import { editors, makeEditor } from "./rich.js";

const form = document.getElementById("entry");
const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;

// ---- Texts: an editor tidies what it is given; only what a person changed is a change ---------------------------

const untouched = new Map();
form.querySelectorAll("textarea.rich").forEach((box) => {
  const before = box.value;
  makeEditor(box, { cleans: form.dataset.cleans, csrf });
  untouched.set(box, { before, tidied: editors.get(box.name).getHTML() });
});

function putBackUntouched() {
  for (const [box, { before, tidied }] of untouched) {
    if (editors.get(box.name).getHTML() === tidied) box.value = before;
  }
}

// ---- Letters left -----------------------------------------------------------------------------------------------

form.querySelectorAll("[data-counts]").forEach((box) => {
  const told = Object.assign(document.createElement("p"), { className: "count muted" });
  const most = Number(box.dataset.counts);
  const show = () => {
    const left = most - box.value.length;
    told.textContent = left === 1 ? "Encore 1 lettre" : `Encore ${left} lettres`;
  };
  box.addEventListener("input", show);
  box.after(told);
  show();
});

// ---- The button says what it does -------------------------------------------------------------------------------

const later = form.querySelector(".if-later");
const day = form.querySelector("[name=day]");
const plain = later?.textContent;
function sayWhen() {
  if (!later) return;
  const chosen = day.value && new Date(`${day.value}T12:00`);
  const words = chosen && chosen.toLocaleDateString("fr-FR", { day: "numeric", month: "long" }).replace(/^1 /, "1ᵉʳ ");
  later.textContent = words ? `${later.dataset.words} ${words}` : plain;
}
day?.addEventListener("input", sayWhen);
sayWhen();

// ---- Lines of dates ---------------------------------------------------------------------------------------------

const lines = form.querySelector(".lines");

function renumber() {
  [...lines.children].forEach((line, at) => {
    line.querySelectorAll("[name]").forEach((field) => {
      field.name = field.name.replace(/^date-\d+/, `date-${at}`);
      if (field.value.startsWith("remove-date-")) field.value = `remove-date-${at}`;
    });
    line.querySelector("legend").textContent = `Date ${at + 1}`;
  });
}

function blank(line) {
  line.querySelectorAll("input").forEach((field) => {
    if (field.type === "checkbox") field.checked = false;
    else if (!/-(version|price)$/.test(field.name)) field.value = "";
    field.removeAttribute("aria-invalid");
  });
  line.querySelectorAll(".error").forEach((error) => error.remove());
  line.classList.remove("wrong");
  line.querySelector("details").open = false;
  return line;
}

lines?.closest("section").addEventListener("click", (event) => {
  const { value = "" } = event.target.closest("button") || {};
  const line = event.target.closest(".line");
  if (value === "add-date") {
    lines.append(blank(lines.lastElementChild.cloneNode(true)));
    renumber();
    lines.lastElementChild.querySelector("input").focus();
  } else if (value.startsWith("remove-date-")) {
    if (lines.children.length > 1) line.remove(); else blank(line);
    renumber();
    lines.lastElementChild.querySelector("input").focus();
  } else return;
  event.preventDefault();
  form.dispatchEvent(new Event("input"));
});

// ---- The photo: chosen, or dropped anywhere on the page -----------------------------------------------------------

const photo = document.getElementById("photo");
const shown = document.getElementById("photo-shown");
const chosen = document.getElementById("picture");
const refused = document.getElementById("photo-error");
const kept = form.querySelector("[name=picture_id]");
const label = photo.querySelector("label[for=picture]");
const dropLine = document.getElementById("photo-drop-line");

async function send(file) {
  const data = new FormData();
  data.append("file", file);
  refused.hidden = true;
  photo.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await (await fetch(form.dataset.photos, { method: "POST", body: data, headers: { "X-CSRFToken": csrf } })).json();
  } catch {
    answer = { words: form.dataset.notSent };
  }
  photo.removeAttribute("aria-busy");
  chosen.value = "";
  if (answer.words) {
    refused.textContent = answer.words;
    refused.hidden = false;
    return;
  }
  show(answer.id, answer.src);
  form.querySelector("[name=picture_alt]").focus();
}

function show(id, src) {
  kept.value = id;
  shown.hidden = !src;
  if (src) shown.src = src; else shown.removeAttribute("src");
  dropLine.hidden = !src;
  document.getElementById("photo-alt").hidden = !src;
  if (src) label.textContent = label.dataset.replaces;
  form.dispatchEvent(new Event("input"));
}

document.getElementById("photo-alt").hidden = shown.hidden;
chosen.addEventListener("change", () => { if (chosen.files[0]) send(chosen.files[0]); });
document.getElementById("photo-drop").addEventListener("click", (event) => { event.preventDefault(); show("", ""); });
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    photo.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
  }, { capture: true });
}

// ---- What is typed stays on this computer until it is saved ------------------------------------------------------

const { remember } = keeper(form, editors);
mayHaveArrived();
let isTouched = false;
for (const kind of ["beforeinput", "keydown", "pointerdown", "paste", "drop", "change"]) {
  document.addEventListener(kind, () => { isTouched = true; }, { capture: true, passive: true });
}
form.addEventListener("input", () => { if (isTouched) remember(); });
form.addEventListener("submit", () => {
  putBackUntouched();
  sends(form);
});
