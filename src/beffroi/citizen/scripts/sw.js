/* The worker of a town's pages: shows notifications, also when no page is open, and the pages that were read when no
   network is there. Its scope is the town's address. Another reads /ensemble/, where the shared app begins: none has the
   scope /, which would be that of towns not opened yet, whose notifications it would take, and of the town hall's side. */
"use strict";

const STORE = "beffroi";
const HERE = self.registration.scope;
const under = (path) => new URL(path, HERE).href;
/* Kept for later and not read yet: the town does not count it (docs/counting.md). */
const ahead = (path) => new Request(under(path), { headers: { Purpose: "prefetch" } });

const post = (path, body) =>
  fetch(under(path), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

/* What another version of this file kept is thrown away; each town has its own, and subscriptions are kept elsewhere (STORE). */
const PATH = new URL(HERE).pathname;
const PAGES = `pages-2 ${PATH}`;
const IS_SHARED = PATH === "/ensemble/";
const KEPT = IS_SHARED
  ? ["", "app.js"]
  : ["", "alerte/", "numeros-utiles/", "agenda/", "annuaire/", "hors-ligne/", "app.js", "application.webmanifest"];
const LAST_RESORT = IS_SHARED ? "" : "hors-ligne/";
const SHELVES = /href="([^"#?]*\/annuaire\/[^"/#?]+\/)"/g; // doctors, useful addresses: what the page of the directory leads to
const MOST_SHELVES = 10;
const MOST = 120; // pages and small pictures: a few megabytes
const PATIENCE_MS = 4_000;
const HOUR_MS = 3_600_000;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(renewKept());
});
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("pages-") && name.endsWith(` ${PATH}`) && name !== PAGES) await caches.delete(name);
  }
  await self.clients.claim();
}

async function shelves(pages) {
  const directory = await pages.match(under("annuaire/"));
  const found = [...((await directory?.text()) ?? "").matchAll(SHELVES)].map(([, path]) => under(path));
  return [...new Set(found)].filter((url) => url.startsWith(HERE)).slice(0, MOST_SHELVES);
}

/* All that is kept from the first day on. What does not come is asked for again after an hour, not at each page. */
async function renewKept() {
  const pages = await caches.open(PAGES);
  const store = await caches.open(STORE);
  const next = (hours) => store.put(under("a-renouveler"), new Response(String(Date.now() + hours * HOUR_MS)));
  await next(1);
  const add = (paths) => Promise.allSettled(paths.map((path) => pages.add(ahead(path))));
  const came = [...(await add(KEPT)), ...(await add(await shelves(pages)))];
  if (came.every(({ status }) => status === "fulfilled")) await next(24);
}

/* Once a day, beside a page that the network gave; not beside an alert, which everybody reads at once. */
async function renewDaily(url) {
  if (url === under("alerte/")) return;
  const due = await (await caches.open(STORE)).match(under("a-renouveler"));
  if (!due || Number(await due.text()) <= Date.now()) await renewKept();
}

/* The network first; what was kept when it is silent. Only what is for everybody is kept: never a secret page, never
   the answer to a form. */
const PARTS = ["image", "script", "style", "manifest"];
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(HERE)) return;
  if (request.mode === "navigate" || PARTS.includes(request.destination)) event.respondWith(answer(event));
});

async function answer(event) {
  const { request } = event;
  const pages = await caches.open(PAGES);
  const kept = await pages.match(request, { ignoreSearch: false });
  const fresh = fetch(request).then((response) => {
    const isForAll = (response.headers.get("Cache-Control") ?? "").includes("public");
    if (response.ok && isForAll) event.waitUntil(keep(pages, request, response.clone()));
    if (response.ok && request.mode === "navigate") event.waitUntil(renewDaily(request.url));
    return response;
  });
  event.waitUntil(fresh.catch(() => {})); // kept as well when it comes too late to be shown
  try {
    return await (kept ? Promise.race([fresh, late()]) : fresh);
  } catch {
    if (kept) return marked(kept);
    if (request.mode !== "navigate") return Response.error();
    const instead = await pages.match(under(LAST_RESORT));
    if (!instead) return Response.error();
    return IS_SHARED ? marked(instead) : instead;
  }
}

/* The page of several towns that was open before this worker was there. */
self.addEventListener("message", (event) => {
  if (IS_SHARED && event.data === "garder") event.waitUntil(caches.open(PAGES).then((pages) => pages.add(ahead(event.source.url))));
});

const late = () => new Promise((_, fail) => setTimeout(() => fail(new Error("late")), PATIENCE_MS));

async function keep(pages, request, response) {
  await pages.put(request, response);
  const held = await pages.keys();
  const always = new Set([...KEPT.map(under), ...(await shelves(pages))]);
  const spare = held.filter(({ url }) => !always.has(url));
  for (const old of spare.slice(0, Math.max(0, held.length - MOST))) await pages.delete(old);
}

/* A page that comes from the cache says of when it is. */
async function marked(kept) {
  if (!(kept.headers.get("Content-Type") ?? "").startsWith("text/html")) return kept;
  const when = new Date(kept.headers.get("Date") ?? Date.now());
  const words = when.toLocaleString("fr-FR", { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" });
  const line = `<p class="notice" role="status">Pas de réseau\u00a0: voici cette page telle qu’elle était le ${words}.</p>`;
  const page = (await kept.text()).replace(/(<main[^>]*>)/, `$1${line}`);
  return new Response(page, { headers: kept.headers });
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data.json().notification)));

async function show({ title, navigate, ...options }) {
  await self.registration.showNotification(title, {
    ...options,
    renotify: Boolean(options.tag),
    icon: under("icone-192.png"),
    data: { navigate },
  });
  const trial = new URL(navigate, HERE).searchParams.get("essai");
  if (trial) await post("notifications/recu", { essai: trial });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data.navigate));
});

/* Messages name the app that all towns share; whoever accepted them in the town's own app stays in it. */
function at_home(navigate) {
  const { pathname, search, hash } = new URL(navigate, HERE);
  return pathname.startsWith(new URL(HERE).pathname) ? new URL(pathname + search + hash, HERE).href : navigate;
}

async function lead(navigate) {
  const url = at_home(navigate);
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((page) => page.url === url);
  return open ? open.focus() : self.clients.openWindow(url);
}

/* The browser may change a subscription by itself; the choices must follow it. */
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew(event) {
  const store = await caches.open(STORE);
  const kept = await store.match(under("abonnement"));
  const old = event.oldSubscription?.toJSON() ?? (kept && (await kept.json()));
  if (!old) return;
  const key = event.oldSubscription?.options.applicationServerKey ?? (await (await store.match(under("cle"))).text());
  const fresh =
    event.newSubscription ??
    (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const answer = await post("notifications/renouvellement", { ancien: old, abonnement: fresh });
  if (answer.ok) await store.put(under("abonnement"), new Response(JSON.stringify(fresh)));
}
