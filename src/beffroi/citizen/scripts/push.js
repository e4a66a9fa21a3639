/* The page of notifications: everything it says is in the page, hidden; this script shows what is true. What most
   readers will see keeps its place meanwhile. */
"use strict";

(() => {
  const box = document.getElementById("notifications");
  if (!box) return;
  const { key, scope, mine, consent } = box.dataset;
  const form = box.querySelector("form");
  const under = (path) => new URL(path, new URL(scope, location.href)).href;
  const STORE = "beffroi";
  const REGISTER_MS = 10_000;
  const SUBSCRIBE_MS = 20_000; // Chromium without Google's services never answers
  const TRIAL_MS = 60_000;

  const say = (word, values = {}) => {
    for (const said of box.querySelectorAll("[data-say]")) {
      said.hidden = said.dataset.say !== word;
      for (const place of said.querySelectorAll("[data-value]")) {
        place.textContent = values[place.dataset.value] ?? "";
      }
    }
  };
  const when = (state) => {
    for (const part of box.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
      part.classList.remove("waits");
    }
  };

  const within = (promise, ms, name) =>
    Promise.race([
      promise,
      new Promise((_, fail) => setTimeout(() => fail(Object.assign(new Error(name), { name })), ms)),
    ]);

  const post = (path, body) =>
    fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  const isApple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  const isInstalled = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  const store = async () => caches.open(STORE);
  const keep = async (subscription) => {
    const place = await store();
    await place.put(under("abonnement"), new Response(JSON.stringify(subscription)));
    await place.put(under("cle"), new Response(key));
  };
  const forget = async () => {
    const place = await store();
    await place.delete(under("abonnement"));
  };
  const kept = async () => {
    const found = await (await store()).match(under("abonnement"));
    return found ? found.json() : null;
  };

  const worker = () =>
    within(navigator.serviceWorker.register(under("sw.js"), { scope: new URL(scope, location.href).pathname, updateViaCache: "none" }), REGISTER_MS, "Slow").then(
      () => within(navigator.serviceWorker.ready, REGISTER_MS, "Slow"),
    );

  const sameKey = (subscription) => {
    const held = subscription.options.applicationServerKey;
    if (!held) return false;
    const text = btoa(String.fromCharCode(...new Uint8Array(held)));
    return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === key;
  };

  const subscribed = async () => {
    const registration = await worker();
    const held = await registration.pushManager.getSubscription();
    if (held && sameKey(held)) return held;
    if (held) await held.unsubscribe();
    const wanted = { userVisibleOnly: true, applicationServerKey: key };
    return within(registration.pushManager.subscribe(wanted), SUBSCRIBE_MS, "Slow");
  };

  const wishes = () => {
    const typed = new FormData(form);
    const themes = typed.getAll("themes").map(Number);
    return {
      themes,
      jour: themes.filter((id) => typed.get(`rythme_${id}`) === "1"),
      silence: [typed.get("silence_de") || "", typed.get("silence_a") || ""],
      texte: Number(consent),
    };
  };

  const show = (known) => {
    for (const tick of form.querySelectorAll("[name=themes]")) tick.checked = known.themes.includes(Number(tick.value));
    for (const choice of form.querySelectorAll("[name^=rythme_]")) {
      choice.value = known.jour.includes(Number(choice.name.slice(7))) ? "1" : "0";
    }
    const [from, until] = form.querySelectorAll("[name^=silence_]");
    [from.value, until.value] = known.silence;
  };

  /* Firefox and Safari ask for permission only right after a click: nothing may be awaited before. */
  const accept = async () => {
    const permission = await Notification.requestPermission();
    if (permission !== "granted") {
      when(permission === "denied" ? "blocked" : "ready");
      say(permission === "denied" ? "blocked" : "undecided");
      return null;
    }
    say("working");
    try {
      return await subscribed();
    } catch (failure) {
      say(failure.name === "Slow" ? "slow" : "failed");
      return null;
    }
  };

  const save = async (event) => {
    event.preventDefault();
    const asked = form ? wishes() : {};
    if (form && !mine && asked.themes.length === 0) return say("nothing");
    const subscription = await accept();
    if (!subscription) return undefined;
    const answer = await post(mine || under("notifications/abonnement"), { abonnement: subscription, ...asked });
    if (!answer.ok) return say(answer.status === 429 ? "busy" : "failed");
    await keep(subscription);
    when("on");
    return say("saved");
  };

  const current = async () => {
    const registration = await navigator.serviceWorker.getRegistration(new URL(scope, location.href).pathname);
    return registration ? registration.pushManager.getSubscription() : null;
  };

  const stop = async () => {
    const subscription = await current();
    if (subscription) {
      const answer = await post(under("notifications/arret"), { abonnement: subscription });
      if (!answer.ok) return say("failed");
      await subscription.unsubscribe();
    }
    await forget();
    when("ready");
    return say("stopped");
  };

  const trial = async () => {
    const subscription = await current();
    if (!subscription) return say("gone");
    say("trying");
    const asked = await post(under("notifications/essai"), { abonnement: subscription });
    if (asked.status === 404) return say("gone");
    if (!asked.ok) return say(asked.status === 429 ? "busy" : "failed");
    const { essai } = await asked.json();
    const end = performance.now() + TRIAL_MS;
    while (performance.now() < end) {
      await new Promise((go) => setTimeout(go, 1_000));
      const found = await fetch(under(`notifications/essai/${essai}`), { cache: "no-store" });
      const { secondes } = found.ok ? await found.json() : {};
      if (secondes !== undefined && secondes !== null) return say("arrived", { seconds: secondes.toLocaleString("fr", { maximumFractionDigits: 1 }) });
    }
    return say("silent");
  };

  /* At each visit: what the town knows of this browser, and a subscription that the browser lost is made again. */
  const check = async () => {
    const old = await kept();
    let subscription = await current();
    if (!subscription && old && Notification.permission === "granted") {
      subscription = await subscribed();
      await post(under("notifications/renouvellement"), { ancien: old, abonnement: subscription });
      await keep(subscription);
    }
    if (!subscription) return when("ready");
    const answer = await post(under("notifications/etat"), { abonnement: subscription });
    if (answer.status === 404) return when("ready");
    if (form && !mine && answer.ok) show(await answer.json());
    return when("on");
  };

  for (const [act, run] of Object.entries({ save, stop, try: trial })) {
    for (const button of box.querySelectorAll(`[data-act=${act}]`)) button.addEventListener("click", run);
  }
  if (!canPush) when(isApple && !isInstalled ? "apple" : "unable");
  else if (Notification.permission === "denied") when("blocked");
  else check().catch(() => when("ready"));
})();
