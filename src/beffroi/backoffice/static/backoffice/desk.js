// Comfort only: every page works without this file.
"use strict";

// Lists by keyboard: "/" to search, j and k (or the arrows on a row) to walk.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = document.activeElement;
  if (at && at.matches("input, select, textarea, [contenteditable]")) return;
  if (event.key === "/") {
    const search = document.querySelector(".filter input[type=search]");
    if (search) { event.preventDefault(); search.focus(); }
    return;
  }
  const rows = [...document.querySelectorAll(".list a.open")];
  const onRow = rows.indexOf(at);
  const step = { j: 1, k: -1, ArrowDown: onRow < 0 ? 0 : 1, ArrowUp: onRow < 0 ? 0 : -1 }[event.key];
  if (!step || !rows.length) return;
  event.preventDefault();
  rows[Math.min(Math.max(onRow + step, 0), rows.length - 1)].focus();
});

// <select data-submits>: filters at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// A button pressed twice sends once; the error summary takes the focus.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 2000);
});
document.querySelector(".summary")?.focus();

// The tab one stands on is never out of sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

// <button data-copies="id">: copies the text of an element.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
  button.textContent = button.dataset.copied;
});

// Whoever signs out leaves nothing on this computer of what they typed and did not save (kept.js).
document.addEventListener("submit", ({ target }) => {
  if (!target.dataset.leaves) return;
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(`brouillon-${target.dataset.leaves}-`)) localStorage.removeItem(key);
  } catch { /* nothing was kept */ }
});
