// How fast one person verifies a hundred forms at the commune's desk: key presses, and seconds that the machine takes. What
// somebody needs to read a form comes on top.
//   BANHOC=… BANHOC_SITE=… node verify.js [--rows FILE]
import { writeFileSync } from 'node:fs';
import { Browser, DESK } from './fixtures/browser.js';
import { COMMUNE } from './fixtures/demo.js';
import { accessKey } from './fixtures/keys.js';
import { Server } from './fixtures/server.js';
import { SignInPage } from './pages/sign-in.js';

const FORMS = 100;
/** An office page over a line of its own: sooner than somebody looks for the next name. */
const FORM_MS = 500;

const server = await Server.demo();
const browser = new Browser(DESK);
const times = [];
let presses = 0;
let together;
try {
  const page = await browser.open();
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/commune/queue`);
  const heading = page.getByRole('heading', { level: 1 });
  await page.getByRole('link', { name: 'Thẩm tra lần lượt' }).click();
  await page.waitForURL(/queue\/[0-9a-f-]+/);
  for (let form = 0; form < FORMS; form += 1) {
    const name = await heading.innerText();
    const began = performance.now();
    await accessKey(page, 'x');
    presses += 1;
    await page.getByText(`${name}: Xã đã xác nhận điểm.`).waitFor();
    times.push(performance.now() - began);
  }
  await page.getByRole('link', { name: 'Về danh sách' }).click();
  const all = page.getByRole('button', { name: /^Xác nhận cả \d+ phiếu/ });
  const count = Number((await all.innerText()).match(/\d+/)[0]);
  const began = performance.now();
  await all.click();
  await page.getByText(`Đã xác nhận ${count} phiếu.`).waitFor();
  together = { count, took: performance.now() - began };
} finally {
  await browser.dispose();
  await server.close();
}
const sorted = times.toSorted((a, b) => a - b);
const median = sorted[Math.floor(sorted.length / 2)];
const p95 = sorted[Math.floor(sorted.length * 0.95)];
const met = p95 <= FORM_MS ? 'đạt' : '**missed**';
const rows = [
  `| ${FORMS} forms verified one after the other at the desk | the next stands within ${FORM_MS} ms (p95) | ${(presses / FORMS).toFixed(0)} key press a form; p50 ${median.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms | ${met} |`,
  `| ${together.count} forms without anything to look at, together | – | 1 press, ${together.took.toFixed(0)} ms | – |`,
];
console.log(rows.join('\n'));
if (process.argv[2] === '--rows') writeFileSync(process.argv[3], `${rows.join('\n')}\n`);
