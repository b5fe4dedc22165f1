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

const problem = document.querySelector('.error-summary');
if (problem) problem.focus();

if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' }).catch(() => {});
}
