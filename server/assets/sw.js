// The service worker of Bản Học. The server fills in the version, the list of files and the addresses of the phone's pages.
//
// It does one thing: it gives the app back to a phone that has no network. It answers GET requests for the app's own
// files and pages, and nothing else. It never touches a POST and never anything under /api: what is sent and received is
// the business of the page, which knows what was answered.
//
// A new version installs beside the running one, into a cache of its own, and waits until the page says SKIP_WAITING.
// The cache before it is kept until the version after it begins, so a page that is still open never loses its files.
//
// To take the service worker out of use, let /sw.js answer with one that calls `self.registration.unregister()` when it
// activates: this script is fetched past every cache (`updateViaCache: 'none'`), so it reaches every phone that has a
// network. To stop registering new ones, let /sw.js answer 404.
'use strict';

const VERSION = '__VERSION__';
const FILES = __FILES__;

const PREFIX = 'banhoc-';
const CACHE = PREFIX + VERSION;
const SHELL = '/offline-shell';

// How long a page that the server renders may take before the shell answers instead. A network that hangs never fails.
const PATIENCE = 3000;

// Pages that live from the phone's own data, of the app's table of routes.
const FIELD = /__FIELD__/;

const OPTIONS = { ignoreSearch: true, ignoreVary: true };

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOldCaches());
});

self.addEventListener('message', (event) => {
  if (event.data === 'SKIP_WAITING') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') {
    event.respondWith(FIELD.test(url.pathname) ? fieldPage(request) : serverPage(request));
  } else if (url.pathname.startsWith('/pkg/') || FILES.includes(url.pathname)) {
    event.respondWith(file(request));
  }
});

// All files, or no new version. What an earlier version has under the same hashed name is not fetched again.
async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all([...new Set([SHELL, ...FILES])].map(async (path) => {
    const isHashed = path.startsWith('/pkg/');
    const known = isHashed ? await caches.match(path, OPTIONS) : undefined;
    const response = known || await fetch(new Request(path, { cache: isHashed ? 'default' : 'reload' }));
    // A portal's redirect or an error page must not become the app.
    if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
    await cache.put(path, response);
  }));
}

async function forgetOldCaches() {
  // In the order they were made; the last one that is not ours is the version before.
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

async function shell() {
  const cache = await caches.open(CACHE);
  return (await cache.match(SHELL, OPTIONS)) || caches.match(SHELL, OPTIONS);
}

async function fieldPage(request) {
  return (await shell()) || fetch(request);
}

async function serverPage(request) {
  const asked = fetch(request);
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  const answer = await Promise.race([asked.catch(() => undefined), late]);
  // A gateway that finds no server behind it is no answer either.
  const isAway = !answer || (answer.status >= 502 && answer.status <= 504);
  if (!isAway) return answer;
  // Without a shell there is nothing better than what came, or than to go on waiting.
  return (await shell()) || answer || asked;
}

async function file(request) {
  const cache = await caches.open(CACHE);
  const known = (await cache.match(request, OPTIONS)) || (await caches.match(request, OPTIONS));
  return known || fetch(request);
}
