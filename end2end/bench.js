// What a first visit carries over the mountain, and how long a phone without any network takes to be of use.
// Prints a table and, with --rows FILE, keeps its rows for docs/bench.md.
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { Api } from './fixtures/api.js';
import { Browser, PHONE } from './fixtures/browser.js';
import { OFFICER, VILLAGE } from './fixtures/demo.js';
import { Server } from './fixtures/server.js';
import { SignInPage } from './pages/sign-in.js';
import { VillagePage } from './pages/village.js';

const RUNS = 5;
const FIRST_LOAD_KB = 300;
const OFFLINE_START_MS = 1_500;
const SLOWDOWN = 4;

/** The bytes of a body as they travel to a browser that takes brotli. */
function travels(url, cookie = '') {
  return new Promise((done, fail) => {
    const headers = { 'accept-encoding': 'br', accept: '*/*', cookie };
    request(url, { headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const body = Buffer.concat(parts);
        const encoding = answer.headers['content-encoding'] ?? '';
        const whole = encoding === 'br' ? brotliDecompressSync(body).length : body.length;
        done({ status: answer.statusCode, encoding, bytes: body.length, whole });
      });
      answer.on('error', fail);
    })
      .on('error', fail)
      .end();
  });
}

async function firstLoad(server) {
  const browser = new Browser(PHONE);
  const wanted = new Set();
  try {
    const page = await browser.open();
    browser.context.on('request', (asked) => {
      const url = new URL(asked.url());
      const data = url.pathname.startsWith('/api/') || asked.method() !== 'GET';
      if (url.origin === server.url && !data) wanted.add(url.pathname + url.search);
    });
    await new SignInPage(page).as(server.url, OFFICER);
    await page.locator('main').first().waitFor();
    await new VillagePage(page).readyForOffline();
    // What the service worker fetched on its own, and what a browser fetches without telling the page.
    const cached = await page.evaluate(async () => {
      const names = await caches.keys();
      const entries = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      const linked = [...document.querySelectorAll('link[rel=manifest], link[rel=icon]')].map((link) => link.href);
      return [...entries.flat().map((entry) => entry.url), ...linked, new URL('/sw.js', location.href).href];
    });
    for (const text of cached) {
      const url = new URL(text);
      if (url.origin === server.url) wanted.add(url.pathname + url.search);
    }
  } finally {
    await browser.dispose();
  }
  const files = [];
  for (const path of wanted) files.push({ path, ...(await travels(server.url + path)) });
  files.sort((a, b) => b.bytes - a.bytes);
  return files;
}

async function offlineStart(server) {
  const village = (await Api.signIn(server, OFFICER)).unit(VILLAGE);
  const browser = new Browser(PHONE);
  const times = [];
  try {
    await browser.open();
    await new SignInPage(browser.page).as(server.url, OFFICER);
    const list = new VillagePage(browser.page);
    await list.open(server.url, village);
    await list.readyForOffline();
    await server.kill();
    await browser.close();
    for (let run = 0; run < RUNS; run += 1) {
      const page = await browser.open();
      await browser.context.setOffline(true);
      const devtools = await browser.context.newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
      // The page's own clock, from the start of its navigation to the first frame that shows a row.
      await page.addInitScript(() => {
        const look = () => {
          const row = document.querySelector('main a.item[href*="/subject/"]');
          if (row && row.getBoundingClientRect().height > 0) {
            requestAnimationFrame(() => {
              globalThis.firstRow = performance.now();
            });
          } else {
            requestAnimationFrame(look);
          }
        };
        requestAnimationFrame(look);
      });
      await page.goto(`${server.url}/village/${village}`, { waitUntil: 'commit' });
      const found = await page.waitForFunction(() => globalThis.firstRow, undefined, { timeout: 60_000 });
      times.push(await found.jsonValue());
      await browser.close();
    }
  } finally {
    await browser.dispose();
  }
  return times.sort((a, b) => a - b);
}

const kb = (bytes) => bytes / 1_000;
const server = await Server.demo();
const rows = [];
try {
  const files = await firstLoad(server);
  for (const { path, bytes, whole, encoding, status } of files) {
    console.log(`${String(bytes).padStart(9)} of ${String(whole).padStart(9)} B  ${encoding.padEnd(4)} ${status}  ${path}`);
  }
  const total = kb(files.reduce((sum, file) => sum + file.bytes, 0));
  rows.push({
    work: 'first load, everything needed, brotli',
    budget: `≤ ${FIRST_LOAD_KB} KB`,
    measured: `${total.toFixed(1)} KB in ${files.length} files`,
    met: total <= FIRST_LOAD_KB,
  });
  const times = await offlineStart(server);
  const median = times[Math.floor(times.length / 2)];
  rows.push({
    work: `offline start at a village, CPU ${SLOWDOWN}× slower`,
    budget: `≤ ${OFFLINE_START_MS / 1_000} s`,
    measured: `median ${(median / 1_000).toFixed(2)} s (${(times[0] / 1_000).toFixed(2)} to ${(times.at(-1) / 1_000).toFixed(2)}, ${RUNS} runs)`,
    met: median <= OFFLINE_START_MS,
  });
} finally {
  await server.close();
}
const lines = rows.map(({ work, budget, measured, met }) => `| ${work} | ${budget} | ${measured} | ${met ? 'đạt' : '**missed**'} |`);
console.log(lines.join('\n'));
if (process.argv[2] === '--rows') writeFileSync(process.argv[3], `${lines.join('\n')}\n`);
