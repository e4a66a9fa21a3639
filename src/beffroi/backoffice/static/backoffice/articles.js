// Articles of a Télmail dragged into order, with a mouse or a finger. « Monter » and « Descendre » do the same by keyboard.
const form = document.getElementById("writing");
const list = document.getElementById("articles");
const order = form.querySelector("[name=order]");
const EDGE_PX = 90;
const STEP_PX = 14;

const articles = () => [...list.querySelectorAll(".article")];

list.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest(".grip");
  if (!grip || event.button) return;
  event.preventDefault();
  drag(grip.closest(".article"), event.clientY);
});

// The others step aside; the one that is held never leaves the page, so that it keeps its pointer.
function drag(held, start) {
  let y = start;
  let frame = 0;
  fold(held, start);
  const follow = (event) => { y = event.clientY; };
  const tick = () => {
    if (y < EDGE_PX) window.scrollBy(0, -STEP_PX);
    else if (y > window.innerHeight - EDGE_PX) window.scrollBy(0, STEP_PX);
    makeRoom(held, y);
    frame = requestAnimationFrame(tick);
  };
  const drop = () => {
    cancelAnimationFrame(frame);
    document.removeEventListener("pointermove", follow);
    document.removeEventListener("pointerup", drop);
    document.removeEventListener("pointercancel", drop);
    unfold(held);
    settle();
  };
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);
  frame = requestAnimationFrame(tick);
}

// Only the titles are shown while one is moved: the whole order fits on the screen.
function fold(held, y) {
  list.classList.add("sorting");
  held.classList.add("held");
  const head = held.getBoundingClientRect();
  window.scrollBy(0, head.top + head.height / 2 - y);
}

function unfold(held) {
  list.classList.remove("sorting");
  held.classList.remove("held");
  held.scrollIntoView({ block: "nearest" });
}

function makeRoom(held, y) {
  const before = held.previousElementSibling;
  const after = held.nextElementSibling;
  if (before && y < middle(before)) held.after(before);
  else if (after && y > middle(after)) held.before(after);
}

function middle(element) {
  const box = element.getBoundingClientRect();
  return box.top + box.height / 2;
}

function settle() {
  const now = articles().map((article) => article.dataset.number).join(",");
  if (now === order.value) return;
  order.value = now;
  articles().forEach((article, at, all) => {
    const words = `${list.dataset.article} ${at + 1}`;
    article.setAttribute("aria-label", words);
    article.querySelector(".article-name").textContent = words;
    article.querySelector("[value^=up-]").hidden = at === 0;
    article.querySelector("[value^=down-]").hidden = at === all.length - 1;
  });
  form.dispatchEvent(new Event("input"));
}

for (const input of list.querySelectorAll("input[name$=-title]")) {
  const title = input.closest(".article").querySelector(".article-title");
  input.addEventListener("input", () => { title.textContent = input.value; });
}
