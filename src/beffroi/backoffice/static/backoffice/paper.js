// The pile of paper forms, by keyboard alone. The page works without this file: Enter then saves at once.
"use strict";

const form = document.getElementById("paper");
const boxes = [...form.querySelectorAll("input[type=checkbox]")];
const texts = [...form.querySelectorAll("input[type=text]")];
const check = document.getElementById("check");

boxes.forEach((box, n) => {
  if (n < 9) box.parentElement.insertAdjacentText("beforeend", ` (${n + 1})`);
});

form.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); return; }
  if (event.key === "Enter" && texts.includes(at)) {
    event.preventDefault();
    (texts[texts.indexOf(at) + 1] || boxes[0]).focus();
  } else if (event.key === "Enter" && boxes.includes(at)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (boxes.includes(at) && /^[1-9]$/.test(event.key) && boxes[event.key - 1]) {
    event.preventDefault();
    boxes[event.key - 1].checked = !boxes[event.key - 1].checked;
    boxes[event.key - 1].focus();
  }
});

// What is known already is said before saving. Address and number travel in headers: never in an address bar or a log.
form.addEventListener("change", async (event) => {
  if (!["number", "address", "phone"].includes(event.target.name)) return;
  const headers = {};
  for (const [name, field] of [["X-Typed-Address", "address"], ["X-Typed-Phone", "phone"]]) {
    const typed = form.elements[field].value.trim();
    if (/^[\x20-\x7e]+$/.test(typed)) headers[name] = typed;
  }
  const number = encodeURIComponent(form.elements.number.value);
  const answer = await fetch(`${form.dataset.check}?number=${number}`, { headers });
  if (answer.ok) check.innerHTML = await answer.text();
});

const first = form.querySelector(".wrong input") || form.elements.number;
if (!document.querySelector(".summary")) { first.focus(); if (first.select) first.select(); }
