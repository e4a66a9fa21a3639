// What was typed and not saved stays on this computer, for whoever typed it, and is offered when the page is opened again.
// The page holds #unsent with its two buttons; the form names its agent and its key. Signing out erases it (desk.js).
const KEPT = "brouillon-";
const MOST_MS = 14 * 24 * 3600 * 1000;
const SENT = "beffroi-sent";

const keyOf = (form) => `${KEPT}${form.dataset.agent}-${form.dataset.key}`;

function read(key) {
  try {
    const { at, fields } = JSON.parse(localStorage.getItem(key));
    return Date.now() - at < MOST_MS ? { at, fields } : null;
  } catch { return null; }
}

function forget(key) {
  try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
}

function forgetOld() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(KEPT) && !read(key)) forget(key);
  } catch { /* nothing was kept */ }
}

export function keeper(form, editors) {
  const key = keyOf(form);
  forgetOld();
  const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "revision");
  const remember = () => {
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: fields() })); } catch { /* full or forbidden: the server has the rest */ }
  };
  const kept = read(key);
  const unsent = document.getElementById("unsent");
  const isAnswer = "posted" in form.dataset;  // the page shows what was just sent
  if (kept && !isAnswer && JSON.stringify(kept.fields) !== JSON.stringify(fields())) {
    const when = new Date(kept.at).toLocaleString("fr-FR", { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" });
    unsent.querySelector("[data-when]").textContent = when.replace(":", "\u00a0h\u00a0");
    unsent.hidden = false;
  }
  document.getElementById("unsent-drop").addEventListener("click", () => { forget(key); unsent.hidden = true; });
  document.getElementById("unsent-take").addEventListener("click", () => {
    form.querySelectorAll("[type=checkbox]").forEach((box) => { box.checked = false; });
    for (const [name, value] of kept.fields) {
      if (editors.has(name)) editors.get(name).commands.setContent(value);
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox" || field.type === "radio") field.checked = field.checked || field.value === value;
        else if (!field.classList.contains("rich")) field.value = value;
      }
    }
    unsent.hidden = true;
    form.dispatchEvent(new Event("input"));
  });
  return { remember, forget: () => forget(key) };
}

// The page that follows a save tells that it arrived: until then, what was sent stays here.
export function sends(form) {
  try { sessionStorage.setItem(SENT, keyOf(form)); } catch { /* then it is offered once more */ }
}

export function mayHaveArrived() {
  try { sessionStorage.removeItem(SENT); } catch { /* nothing was noted */ }
}

if (document.querySelector("[data-saved]")) {
  try {
    forget(sessionStorage.getItem(SENT) ?? "");
    sessionStorage.removeItem(SENT);
  } catch { /* nothing was kept */ }
}
