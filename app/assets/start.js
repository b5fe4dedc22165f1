// Brings the app into the empty shell: tells how far it has come, and says so when it does not come.
//
// The page is on a slow line when this runs for the first time, so this stands in the page itself. Where a service worker
// answers, the file is on the phone; it is then asked for by its address alone, because the browser keeps what it has
// compiled by that address.
(async (module, wasm, size) => {
  const boot = document.querySelector('.boot');
  const bar = boot.querySelector('progress');
  const counted = async () => {
    const answer = await fetch(wasm);
    if (!answer.ok || !answer.body) return answer;
    let here = 0;
    const count = new TransformStream({
      transform(part, out) {
        here += part.length;
        bar.value = Math.min(1, here / size);
        out.enqueue(part);
      },
    });
    return new Response(answer.body.pipeThrough(count), { headers: { 'Content-Type': 'application/wasm' } });
  };
  const isHere = navigator.serviceWorker && navigator.serviceWorker.controller;
  try {
    const file = isHere ? wasm : counted();
    const app = await import(module);
    await app.default({ module_or_path: file });
    app.hydrate();
  } catch (error) {
    console.error(error);
    boot.dataset.failed = '';
    boot.querySelector('button').addEventListener('click', () => location.reload());
  }
})
