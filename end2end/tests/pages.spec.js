// Every page in both sizes: axe finds nothing, the console stays silent, and a picture is kept for a person to look at.
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { AREA, COMMUNE, FAMILIES, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { test } from '../fixtures/test.js';
import { FieldPage } from '../pages/field.js';
import { SignInPage } from '../pages/sign-in.js';

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
        conflicts: '/conflicts',
        me: '/me',
        install: '/install',
      };
      for (const [name, path] of Object.entries(pages)) {
        await test.step(name, async () => {
          await page.goto(server.url + path);
          await new FieldPage(page).expectAllReceived();
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
        ['commune-conflicts', '/conflicts'],
        ['carry', '/carry'],
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
