// The desk's pages are whole without a script. This one makes them quicker: a password can be read, and whoever comes
// through the door finds the app in the cache. A choice in a list takes effect by its button only: whoever walks through a
// list with the keyboard must not be carried off by each entry (WCAG 3.2.2).
'use strict';

document.documentElement.dataset.script = '';

for (const box of document.querySelectorAll('[data-shows]')) {
  const fields = box.dataset.shows.split(' ').map((id) => document.getElementById(id));
  box.addEventListener('change', () => {
    for (const field of fields) field.type = box.checked ? 'text' : 'password';
  });
}

// Whoever mistyped the password need not type the name again. Kept in this tab only, and read once.
const door = document.querySelector('form[action="/api/v1/login"]:not(.demo form)');
const name = door?.querySelector('input[name="username"]');
if (name) {
  door.addEventListener('submit', () => sessionStorage.setItem('banhoc.name', name.value));
  const kept = sessionStorage.getItem('banhoc.name');
  sessionStorage.removeItem('banhoc.name');
  if (kept && document.querySelector('.error-summary')) name.value = kept;
}

// The rarer places of the head fold away again.
const more = document.querySelector('details.more');
if (more) {
  document.addEventListener('click', (event) => {
    if (!more.contains(event.target)) more.open = false;
  });
  more.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !more.open) return;
    more.open = false;
    more.querySelector('summary').focus();
  });
}

const problem = document.querySelector('.error-summary');
if (problem) problem.focus();

// Whoever has just come through the door is not who the app on this device knew before, nor has to be signed out any more
// (app/src/offline/session.rs); the app itself does the same on its own pages.
if (location.search.includes('signed=in')) {
  for (const fact of ['session', 'logout-owed']) localStorage.removeItem(`banhoc.${fact}`);
}

const strip = document.getElementById('unsent');

// What the person of this page has done in the field's pages on this device and has not reached the commune: how many
// changes and files. The app keeps them in a database of theirs (app/src/offline/db.rs); here it is only looked into.
async function unsent() {
  const user = strip && strip.dataset.user;
  if (!user || !window.indexedDB) return 0;
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open(`banhoc-${user}`);
    // There is none, and looking for it must not make one.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => resolve(null);
    opening.onblocked = () => resolve(null);
  });
  if (!database) return 0;
  const rows = (store) => new Promise((resolve) => {
    if (!database.objectStoreNames.contains(store)) return resolve([]);
    const asking = database.transaction(store).objectStore(store).getAll();
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => resolve([]);
  });
  const all = [...await rows('pending'), ...await rows('uploads')];
  database.close();
  // What was refused, or has arrived, says more of its state than its name.
  return all.filter((row) => typeof JSON.parse(row).state === 'string').length;
}

// The app itself sends them, and says in the strip how far it is. It is fetched only where something waits.
async function send() {
  if (!await unsent()) return;
  const shell = await (await fetch('/offline-shell')).text();
  const script = shell.match(/\/pkg\/[^"'\s]+\.js/);
  const wasm = shell.match(/\/pkg\/[^"'\s]+\.wasm/);
  if (!script || !wasm) return;
  const app = await import(script[0]);
  await app.default({ module_or_path: wasm[0] });
  strip.hidden = false;
  app.send_from(strip);
}

send().catch(() => {});

for (const form of document.querySelectorAll('form[data-warns]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    unsent().catch(() => 0).then((count) => {
      if (!count || confirm(form.dataset.warns)) form.submit();
    });
  });
}

if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' }).catch(() => {});
}
