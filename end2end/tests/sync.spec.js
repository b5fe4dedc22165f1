// Two tabs of one officer are one phone: what one records the other shows, and it is sent once.
import { Api } from '../fixtures/api.js';
import { PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { expect, test } from '../fixtures/test.js';
import { AddPage } from '../pages/add.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

const NAME = 'Tao Thị Hai Cửa Sổ';

test('what one tab records the other shows, and it counts once', async ({ server, browsers }) => {
  const commune = await Api.signIn(server, COMMUNE);
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const before = await commune.counts();

  const phone = await browsers(PHONE);
  await new SignInPage(phone.page).as(server.url, OFFICER);
  const first = new VillagePage(phone.page);
  await first.open(server.url, village);
  await first.readyForOffline();
  const second = new VillagePage(await phone.context.newPage());
  await second.open(server.url, village);

  await phone.context.setOffline(true);
  await first.add.click();
  const add = new AddPage(first.page);
  await add.name.fill(NAME);
  await add.members.fill('4');
  await add.save.click();
  // A list draws what is near its window only.
  await second.search.fill(NAME);
  await expect(second.row(NAME)).toBeVisible();

  await phone.context.setOffline(false);
  await first.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await first.expectAllReceived(40_000);
  await second.expectAllReceived();

  const after = await commune.counts();
  expect(after.subjects - before.subjects).toBe(1);
  const added = (await commune.subjects(village)).filter((row) => row.name === NAME);
  expect(added).toHaveLength(1);
});

test('“all received” is said when this phone’s own database has it, and never before', async ({ server, browsers }) => {
  const { page, context } = await browsers(PHONE);
  // At the moment the line first says so: how many families the database has.
  const kept = [];
  await page.exposeFunction('saysReceived', (count) => kept.push(count));
  await page.addInitScript(() => {
    const count = async () => {
      const found = (await indexedDB.databases()).find((it) => it.name.startsWith('banhoc-'));
      if (!found) return 0;
      const database = await new Promise((done) => {
        const opening = indexedDB.open(found.name);
        opening.onsuccess = () => done(opening.result);
        opening.onerror = () => done(null);
      });
      const asking = database?.transaction('documents').objectStore('documents').count();
      return new Promise((done) => {
        if (!asking) return done(0);
        asking.onsuccess = () => done(asking.result);
      }).finally(() => database.close());
    };
    let said = false;
    const watch = () => {
      if (said || !document.querySelector('.status[data-state="online"]')) return;
      said = true;
      count().then(globalThis.saysReceived);
    };
    new MutationObserver(watch).observe(document, { subtree: true, childList: true, attributes: true });
  });
  // Answers take their time, as they do in the mountains.
  await context.route(/\/api\/v1\/(sync|session)$/, async (route) => {
    await new Promise((done) => setTimeout(done, 1_500));
    await route.continue();
  });
  await new SignInPage(page).as(server.url, OFFICER);
  const list = new VillagePage(page);
  await list.expectAllReceived(40_000);
  await expect.poll(() => kept.length).toBeGreaterThan(0);
  expect(kept[0]).toBeGreaterThan(10);
});
