/* Comforts of every page. Nothing needs them: without this file the pages are read, searched and printed all the same. */
"use strict";

(() => {
  const home = document.querySelector("a.home")?.getAttribute("href");
  const store = { get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
                  set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* a private window */ } } };

  /* Pages that were read stay readable without a network; first comes the page itself. */
  if ("serviceWorker" in navigator && home) {
    addEventListener("load", () => {
      navigator.serviceWorker.register(`${home}sw.js`, { scope: home, updateViaCache: "none" }).catch(() => {});
    });
  }

  /* The towns chosen last, remembered on this device alone: « /ensemble/a+b/ A, B ». */
  const remember = (path, names) => store.set("communes", `${path} ${names}`);
  const several = document.querySelector("[data-names]");
  if (several) {
    remember(location.pathname, several.dataset.names);
    if ("serviceWorker" in navigator && !navigator.serviceWorker.controller) {
      navigator.serviceWorker.ready.then(({ active }) => active.postMessage("garder"));
    }
  }
  for (const link of document.querySelectorAll(".pick a")) {
    link.addEventListener("click", () => remember(link.pathname, link.textContent));
  }
  document.querySelector(".pick")?.closest("form").addEventListener("submit", ({ target }) => {
    const [one, ...others] = target.querySelectorAll(".pick :checked");
    if (!one || others.length) return; // several are remembered by their page
    const link = one.closest(".pick").querySelector("a");
    remember(link.pathname, link.textContent);
  });
  const again = document.getElementById("reprendre");
  const [path, ...names] = (store.get("communes") ?? "").split(" ");
  if (again && path) {
    const link = again.querySelector("a");
    link.href = path;
    link.append(names.join(" "));
    again.hidden = false;
    again.querySelector("button").addEventListener("click", () => {
      store.set("communes", "");
      again.hidden = true;
    });
  }

  /* Larger or airier text, reading aloud: kept on this device. */
  const comfort = document.getElementById("confort");
  if (comfort) {
    comfort.classList.remove("waits");
    for (const button of comfort.querySelectorAll("[data-toggle]")) {
      const name = button.dataset.toggle;
      const show = (on) => {
        document.documentElement.classList.toggle(name, on);
        button.setAttribute("aria-pressed", String(on));
      };
      show(store.get(name) === "1");
      button.addEventListener("click", () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        store.set(name, on ? "1" : "0");
        show(on);
      });
    }
    const aloud = comfort.querySelector("[data-read]");
    aloud.hidden = !("speechSynthesis" in window);
    if (!aloud.hidden) {
      const start = aloud.textContent;
      const stopped = () => { aloud.textContent = start; };
      aloud.addEventListener("click", () => {
        if (speechSynthesis.speaking) {
          speechSynthesis.cancel();
          return stopped();
        }
        const text = new SpeechSynthesisUtterance(document.querySelector("main").innerText);
        text.lang = "fr-FR";
        text.onend = text.onerror = stopped;
        speechSynthesis.speak(text);
        aloud.textContent = aloud.dataset.read;
      });
      addEventListener("pagehide", () => speechSynthesis.cancel());
    }
  }

  /* The nearest first, of all pages of the list. The position is used here and sent nowhere. */
  const near = document.querySelector("[data-near]");
  const list = document.getElementById("places");
  if (near && !("geolocation" in navigator)) near.parentElement.hidden = true;
  else if (near) {
    near.parentElement.classList.remove("waits");
    const said = near.parentElement.querySelector("[role=status]");
    const others = async (way) => {
      const rows = [];
      for (let page = document, link; (link = page.querySelector(`.pages [rel=${way}]`)); ) {
        const answer = await fetch(link.getAttribute("href"), { headers: { Purpose: "prefetch" } });
        if (!answer.ok) throw new Error(answer.status);
        page = new DOMParser().parseFromString(await answer.text(), "text/html");
        rows.push(...page.querySelectorAll("#places > li"));
      }
      return rows;
    };
    const bring = async () => {
      list.append(...await others("prev"), ...await others("next"));
      for (const part of document.querySelectorAll("[data-paged]")) part.remove();
    };
    near.addEventListener("click", () => navigator.geolocation.getCurrentPosition(async ({ coords }) => {
      const isWhole = await bring().then(() => true, () => false);
      const far = (row) => {
        if (!row.dataset.at) return Infinity;
        const [latitude, longitude] = row.dataset.at.split(" ").map(Number);
        const east = (longitude - coords.longitude) * Math.cos((latitude * Math.PI) / 180);
        return Math.hypot(latitude - coords.latitude, east);
      };
      list.append(...[...list.children].sort((a, b) => far(a) - far(b) || 0));
      said.textContent = isWhole ? near.dataset.near : near.dataset.part;
    }, () => { said.textContent = near.dataset.lost; }, { timeout: 10_000 }));
  }
})();
