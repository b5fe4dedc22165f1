// The first evening of an officer over a weak line: from the address to the first family that can be scored. Bytes as they
// travel, seconds by the page's clock. Usage: node slow-link.js [--rows FILE]
import { writeFileSync } from 'node:fs';
import { Browser, PHONE } from './fixtures/browser.js';
import { OFFICER, PASSWORD } from './fixtures/demo.js';
import { Server } from './fixtures/server.js';
import { SlowLine } from './fixtures/slow-line.js';

const LINE = { kbits: 256, millis: 600 };
const SLOWDOWN = 4;
/** How long somebody takes to type a name and a password with a thumb. */
const TYPING_MS = 8_000;

const seconds = (from) => (Date.now() - from) / 1_000;

/** One first visit in a browser that has never been here. */
async function visit(server, typing) {
  const line = await SlowLine.to(server.port, LINE);
  const browser = new Browser(PHONE);
  try {
    const page = await browser.open();
    const devtools = await browser.context.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    page.setDefaultTimeout(180_000);
    const started = Date.now();
    await page.goto(`${line.url}/`, { waitUntil: 'commit' });
    await page.getByLabel('Tên đăng nhập').waitFor();
    const door = { at: seconds(started), bytes: line.down };
    await page.waitForTimeout(typing);
    await page.getByLabel('Tên đăng nhập').fill(OFFICER);
    await page.getByLabel('Mật khẩu', { exact: true }).fill(PASSWORD);
    // Before the click: it returns when the next page has begun, and on this line that takes a while.
    const pressed = Date.now();
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
    const village = page.locator('main a[href^="/village/"]').first();
    await village.waitFor();
    const home = { at: seconds(started), since: seconds(pressed), bytes: line.down };
    await village.click();
    const family = page.locator('main a.item[href^="/subject/"]').first();
    await family.click();
    await page.locator('main').getByRole('link', { name: /^(Chấm|Sửa phiếu|Xem phiếu)/ }).first().click();
    await page.getByRole('button', { name: 'Hoàn thành' }).waitFor();
    const scored = { at: seconds(started), bytes: line.down };
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await page.waitForFunction(async () => {
      const names = await caches.keys();
      const entries = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return entries.flat().some((request) => request.url.endsWith('.wasm'));
    });
    const all = { at: seconds(started), bytes: line.down };
    return { door, home, scored, all };
  } finally {
    await browser.dispose();
    line.close();
  }
}

const kb = (bytes) => `${(bytes / 1_000).toFixed(0)} KB`;
const server = await Server.demo();
const rows = [];
const row = (work, budget, measured, met) => rows.push(`| ${work} | ${budget} | ${measured} | ${met ? 'đạt' : '**missed**'} |`);
try {
  const name = `first visit, ${LINE.kbits} kbit/s, ${LINE.millis} ms, CPU ${SLOWDOWN}× slower`;
  const fast = await visit(server, 0);
  const typed = await visit(server, TYPING_MS);
  row(`${name}: sign-in can be read`, '≤ 2 s', `${fast.door.at.toFixed(1)} s, ${kb(fast.door.bytes)}`, fast.door.at <= 2);
  row(
    `${name}: home can be used`,
    '≤ 16 s',
    `${fast.home.at.toFixed(1)} s for who types at once; ${typed.home.since.toFixed(1)} s after signing in for who types for ${TYPING_MS / 1_000} s`,
    fast.home.at <= 16,
  );
  row(`${name}: the way to the first family to score`, '≤ 400 KB', `${kb(fast.scored.bytes)}, ${fast.scored.at.toFixed(1)} s`, fast.scored.bytes <= 400_000);
  row(`${name}: everything`, '≤ 520 KB', `${kb(fast.all.bytes)}, ${fast.all.at.toFixed(1)} s`, fast.all.bytes <= 520_000);
} finally {
  await server.close();
}
console.log(rows.join('\n'));
if (process.argv[2] === '--rows') writeFileSync(process.argv[3], `${rows.join('\n')}\n`);
