// Keeps the page of check-ins for when there is no network. Everything else goes its way as if this were not here.
const CACHE = "pakt-check-in-1";
const PAGE = "/check-in";
const NEEDED = [
  PAGE, "/static/pakt.css", "/static/mark.svg", "/static/check-in/page.js", "/static/check-in/phone.js",
  "/static/check-in/store.js",
];
const LOOSELY = { ignoreSearch: true, ignoreVary: true };

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(NEEDED)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "GET" && url.origin === location.origin && NEEDED.includes(url.pathname))
    event.respondWith(newest(event.request, url.pathname));
});

async function newest(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(path, answer.clone());
    return answer;
  } catch (error) {
    const held = await cache.match(path, LOOSELY);
    if (held) return held;
    throw error;
  }
}
