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
