// Every page in both sizes: axe finds nothing, the console stays silent, and a picture is kept for a person to look at.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expectAccessible } from '../fixtures/a11y.js';
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { AREA, COMMUNE, FAMILIES, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { expect, test } from '../fixtures/test.js';
import { FieldPage } from '../pages/field.js';
import { SignInPage } from '../pages/sign-in.js';

const screens = resolve(import.meta.dirname, '../test-results/screens');
mkdirSync(screens, { recursive: true });

/** Looks at one page as it is: a picture of what a person sees, then axe on all of it. */
async function look(page, size, name) {
  await page.locator('main').first().waitFor();
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await page.screenshot({ path: join(screens, `${name}-${size.width}.png`) });
  // A bar that sticks to the bottom covers what lies under it; on a page that needs no scrolling it covers nothing.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: size.width, height: Math.max(size.height, height + 200) });
  await expectAccessible(page, `${name} at ${size.width}`);
  await page.setViewportSize(size);
}

for (const size of [PHONE, DESK]) {
  test.describe(`at ${size.width}×${size.height}`, () => {
    test('the door', async ({ server, browsers }) => {
      const { page } = await browsers(size);
      await new SignInPage(page).open(server.url);
      await look(page, size, 'sign-in');
    });

    test('the village officer’s pages', async ({ server, browsers }) => {
      const officer = await Api.signIn(server, OFFICER);
      const village = officer.unit(VILLAGE);
      const rows = await officer.subjects(village);
      const at = (stage) => rows.find((row) => row.stage === stage);
      const { page } = await browsers(size);
      await new SignInPage(page).as(server.url, OFFICER);
      await new FieldPage(page).expectAllReceived();
      const begun = at('in_progress').id;
      const pages = {
        home: '/',
        village: `/village/${village}`,
        add: `/village/${village}/add`,
        'household-new': `/subject/${(at(null) ?? at('registered')).id}`,
        'household-begun': `/subject/${begun}`,
        'household-returned': `/subject/${at('returned').id}`,
        form: `/subject/${begun}/score`,
        'form-group': `/subject/${begun}/score/GD.2`,
        'form-finish': `/subject/${begun}/score/finish`,
        outbox: '/outbox',
        me: '/me',
        install: '/install',
      };
      for (const [name, path] of Object.entries(pages)) {
        await test.step(name, async () => {
          await page.goto(server.url + path);
          await look(page, size, name);
        });
      }
    });

    test('the commune’s pages', async ({ server, browsers }) => {
      const { page } = await browsers(size);
      await new SignInPage(page).as(server.url, COMMUNE);
      for (const [name, path] of [
        ['commune-home', '/'],
        ['commune', '/commune'],
        ['commune-dashboard', '/dashboard'],
      ]) {
        await test.step(name, async () => {
          await page.goto(server.url + path);
          await look(page, size, name);
        });
      }
    });

    test('the district’s pages', async ({ server, browsers }) => {
      const officer = await Api.signIn(server, OFFICER);
      const village = officer.unit(VILLAGE);
      const family = (await officer.subjects(village)).find((row) => row.stage === 'submitted');
      const { page } = await browsers(size);
      await new SignInPage(page).as(server.url, AREA);
      const { year } = officer.session;
      for (const [name, path] of [
        ['dashboard', '/dashboard'],
        ['dashboard-2023', '/dashboard?as_of=2023-12-31'],
        ['dashboard-village', `/dashboard?unit=${village}`],
        ['subjects', `/dashboard/subjects?unit=${village}&title=${FAMILIES}&year=${year}`],
        ['answers', `/dashboard/subject/${family.id}`],
      ]) {
        await test.step(name, async () => {
          await page.goto(server.url + path);
          await look(page, size, name);
        });
      }
    });
  });
}
