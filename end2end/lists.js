// How long a village of 5,000 families takes to open on a slow phone, and its longest task.
//   BANHOC=… BANHOC_SITE=… node lists.js [--rows FILE]
// Prints a table. The release build is what counts.
import { writeFileSync } from 'node:fs';
import { Api } from './fixtures/api.js';
import { grow } from './fixtures/big-village.js';
import { Browser, PHONE } from './fixtures/browser.js';
import { OFFICER, VILLAGE } from './fixtures/demo.js';
import { Server } from './fixtures/server.js';
import { FieldPage } from './pages/field.js';
import { SignInPage } from './pages/sign-in.js';

const FAMILIES = 5_000;
const OPEN_MS = 200;
const TASK_MS = 100;
const RUNS = 5;

const server = await Server.demo();
const browser = new Browser(PHONE);
const figures = [];
try {
  await grow(server, await Api.signIn(server, OFFICER), VILLAGE, FAMILIES);
  const page = await browser.open();
  await new SignInPage(page).as(server.url, OFFICER);
  await new FieldPage(page).expectAllReceived(300_000);
  const devtools = await browser.context.newCDPSession(page);
  for (const rate of [4, 6]) {
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    for (let run = 0; run < RUNS; run += 1) {
      await page.goto(`${server.url}/`);
      const link = page.getByRole('link', { name: `Bản ${VILLAGE}`, exact: true });
      await page.getByText(/\d{3,} gia đình đã chấm xong/).first().waitFor({ timeout: 120_000 });
      await page.waitForTimeout(3_000);
      const measured = await link.evaluate(
        (link) =>
          new Promise((done) => {
            const tasks = [];
            const watch = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration)));
            watch.observe({ type: 'longtask', buffered: false });
            const began = performance.now();
            const look = () => {
              const row = document.querySelector('main a.item[href*="/subject/"]');
              if (!row || row.getBoundingClientRect().height === 0) return requestAnimationFrame(look);
              requestAnimationFrame(() => {
                const opened = performance.now() - began;
                // The blocks around are drawn after the first.
                setTimeout(() => {
                  watch.disconnect();
                  done({ opened, longest: Math.max(0, ...tasks) });
                }, 1_500);
              });
            };
            link.click();
            requestAnimationFrame(look);
          }),
      );
      figures.push({ rate, ...measured });
    }
  }
} finally {
  await browser.dispose();
  await server.close();
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const rows = [];
for (const rate of [4, 6]) {
  const of = figures.filter((it) => it.rate === rate);
  const opened = median(of.map((it) => it.opened));
  const longest = Math.max(...of.map((it) => it.longest));
  const met = opened <= OPEN_MS && longest <= TASK_MS ? 'đạt' : '**missed**';
  rows.push(
    `| village of ${FAMILIES} opens, CPU ${rate}× slower | ≤ ${OPEN_MS} ms, no task > ${TASK_MS} ms | median ${opened.toFixed(0)} ms, longest task ${longest.toFixed(0)} ms (${RUNS} runs) | ${met} |`,
  );
}
console.log(rows.join('\n'));
if (process.argv[2] === '--rows') writeFileSync(process.argv[3], `${rows.join('\n')}\n`);
