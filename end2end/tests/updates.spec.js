// A new version waits until it is asked for and strands nobody; what an old version stored is read by this one.
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Api } from '../fixtures/api.js';
import { PHONE } from '../fixtures/browser.js';
import { OFFICER, VILLAGE } from '../fixtures/demo.js';
import { SITE } from '../fixtures/server.js';
import { expect, test } from '../fixtures/test.js';
import { AddPage } from '../pages/add.js';
import { FieldPage } from '../pages/field.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

const NAME = 'Sùng A Bản Mới';

test('a new version offers itself, waits, and takes over when it is asked', async ({ server, browsers }) => {
  const village = (await Api.signIn(server, OFFICER)).unit(VILLAGE);
  const { page } = await browsers(PHONE);
  await new SignInPage(page).as(server.url, OFFICER);
  const list = new VillagePage(page);
  await list.open(server.url, village);
  await list.readyForOffline();
  // As after any second visit, the page is the worker's.
  await page.reload();
  await list.expectAllReceived();
  const versions = () => page.evaluate(() => caches.keys());
  const [old] = await versions();

  server.site = join(server.folder, 'site');
  cpSync(SITE, server.site, { recursive: true });
  appendFileSync(join(server.site, 'robots.txt'), '\n# newer\n');
  await server.stop();
  await server.start();
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((it) => it.update()));
  await expect(page.getByText('Có bản mới của ứng dụng')).toBeVisible();
  // It only waits: the page that is open goes on with its own version, and has the files of both.
  expect(await page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
  expect(await versions()).toHaveLength(2);
  await list.add.click();
  const add = new AddPage(page);
  await add.name.fill(NAME);
  await add.members.fill('4');
  await add.save.click();
  await list.expectAllReceived();

  await Promise.all([
    page.waitForEvent('load'),
    page.getByRole('button', { name: 'Cập nhật' }).click(),
  ]);
  const waits = () => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting));
  await expect.poll(waits).toBe(false);
  // The files of the version before stay, for a tab that nobody has closed.
  expect(await versions()).toContain(old);
  await list.open(server.url, village);
  await expect(page.getByText(NAME)).toBeVisible();
  await expect(page.getByText('Có bản mới của ứng dụng')).toHaveCount(0);
});

test('what the first version stored is read, shown and sent by this one', async ({ server, browsers }) => {
  // Written by the app of 24/11/2026 (stores of version 1): a family added and one answer, both unsent.
  const saved = readFileSync(join(import.meta.dirname, '../fixtures/store-1.json'), 'utf8');
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const before = await officer.subjects(village);
  const family = before.find((row) => row.stage === 'in_progress');
  const { assessments } = await officer.get('/api/v1/subject', { id: family.id });
  const form = assessments.find((it) => it.about.assessment.year === officer.session.year);
  const known = {
    user: officer.session.actor.user,
    village,
    commune: form.shard,
    family: family.id,
    form: form.id,
    ...(await officer.identity()),
  };
  const store = JSON.parse(saved.replaceAll(/\{(\w+)\}/g, (whole, name) => known[name]));
  const phone = await browsers(PHONE);
  const { page } = phone;
  await new SignInPage(page).as(server.url, OFFICER);
  await new FieldPage(page).expectAllReceived();
  await page.goto(`${server.url}/robots.txt`);
  await page.evaluate(
    ({ name, version, stores }) =>
      new Promise((done, fail) => {
        const deleting = indexedDB.deleteDatabase(name);
        deleting.onerror = () => fail(deleting.error);
        deleting.onsuccess = () => {
          const opening = indexedDB.open(name, version);
          opening.onerror = () => fail(opening.error);
          opening.onupgradeneeded = () => {
            for (const [store, rows] of Object.entries(stores)) {
              const made = opening.result.createObjectStore(store);
              for (const [key, value] of rows) made.put(value, key);
            }
          };
          opening.onsuccess = () => {
            opening.result.close();
            done();
          };
        };
      }),
    { name: `banhoc-${officer.session.actor.user}`, ...store },
  );
  await phone.context.setOffline(true);
  await page.goto(`${server.url}/outbox`);
  const field = new FieldPage(page);
  await expect(field.status).toHaveText(/2 (phiếu )?chờ gửi/);
  await expect(page.getByText('Vàng Thị Bản Cũ').first()).toBeVisible();

  await phone.context.setOffline(false);
  await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await field.expectAllReceived(40_000);
  const rows = await officer.subjects(village);
  expect(rows).toHaveLength(before.length + 1);
  expect(rows.filter((row) => row.name === 'Vàng Thị Bản Cũ')).toHaveLength(1);
  const detail = await officer.get('/api/v1/subject', { id: family.id });
  const scored = detail.assessments.find((it) => it.id === form.id);
  expect(scored.fields['village.GD.1a']).toBe(10);
});
