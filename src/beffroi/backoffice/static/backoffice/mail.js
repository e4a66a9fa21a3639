// Comfort only: a long list of people is narrowed to the names that hold what is typed.
"use strict";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const field of document.querySelectorAll("[data-narrows]")) {
  const list = document.getElementById(field.dataset.narrows);
  const labels = list ? [...list.querySelectorAll("label")] : [];
  if (labels.length < 8) continue;
  field.hidden = false;
  field.querySelector("input").addEventListener("input", (event) => {
    const asked = plain(event.target.value.trim());
    for (const label of labels) label.parentElement.hidden = !plain(label.textContent).includes(asked);
  });
}

// <button data-copies-rich="id" data-copies-text="id">: pasted with its looks where these are kept, as text elsewhere.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies-rich]");
  if (!button) return;
  const html = document.getElementById(button.dataset.copiesRich).innerHTML;
  const text = document.getElementById(button.dataset.copiesText).textContent.trim();
  const kinds = { "text/html": html, "text/plain": text };
  const blobs = Object.entries(kinds).map(([type, said]) => [type, new Blob([said], { type })]);
  await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  button.textContent = button.dataset.copied;
});
