/* The worker of a town's pages: shows notifications, also when no page is open. Its scope is the town's address. */
"use strict";

const STORE = "beffroi";
const HERE = self.registration.scope;
const under = (path) => new URL(path, HERE).href;

const post = (path, body) =>
  fetch(under(path), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

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

async function lead(url) {
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
