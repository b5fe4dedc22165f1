// A village scored with no signal and no server, received by the commune, seen by the district.
import { Api } from '../fixtures/api.js';
import { PHONE } from '../fixtures/browser.js';
import { AREA, COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { expect, test } from '../fixtures/test.js';
import { AddPage } from '../pages/add.js';
import { FormPage } from '../pages/form.js';
import { HouseholdPage } from '../pages/household.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

const NEW_FAMILY = 'Lò Văn Pâng Mới';

test('a village scored in flight mode is received and counted exactly once', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const commune = await Api.signIn(server, COMMUNE);
  const area = await Api.signIn(server, AREA);
  const village = officer.unit(VILLAGE);
  const before = { commune: await commune.counts(), area: await area.counts() };
  // Families nobody has answered a question for; some are registered for this year already.
  const families = (await officer.subjects(village))
    .filter((row) => row.stage === null || row.stage === 'registered')
    .slice(0, 3);
  expect(families).toHaveLength(3);

  const phone = await browsers(PHONE);
  await new SignInPage(phone.page).as(server.url, OFFICER);
  let list = new VillagePage(phone.page);
  await list.open(server.url, village);
  await list.readyForOffline();

  await phone.context.setOffline(true);
  await server.kill();
  await phone.close();

  // Started again at a deep link, with no network and nobody to answer.
  await phone.open();
  await phone.context.setOffline(true);
  list = new VillagePage(phone.page);
  await list.open(server.url, village);
  await expect(list.heading).toContainText(VILLAGE);
  await list.expectOffline();

  for (const family of families) {
    await list.open(server.url, village);
    await list.search.fill(family.name);
    await list.page.locator(`main a.item[href$="/subject/${family.id}"]`).click();
    await new HouseholdPage(phone.page).score.click();
    await new FormPage(phone.page).complete();
    await expect(phone.page.getByText(/Đã lưu trên máy/).first()).toBeVisible();
  }

  await list.open(server.url, village);
  await list.add.click();
  const add = new AddPage(phone.page);
  await add.name.fill(NEW_FAMILY);
  await add.members.fill('5');
  await add.save.click();
  await expect(phone.page.getByRole('heading', { name: new RegExp(NEW_FAMILY) })).toBeVisible();
  await expect(list.status).toHaveText(/chờ gửi/);

  // Back in signal.
  await server.start();
  await phone.context.setOffline(false);
  await list.expectAllReceived();

  const [communeAfter, areaAfter] = [await Api.signIn(server, COMMUNE), await Api.signIn(server, AREA)];
  const added = (await communeAfter.subjects(village)).filter((row) => row.name === NEW_FAMILY);
  expect(added).toHaveLength(1);
  // Scoring registers whoever was not, and nothing else does.
  expect(added[0].stage).toBeNull();
  const registered = families.filter((family) => family.stage === null).length;
  for (const [who, api] of [
    ['commune', communeAfter],
    ['area', areaAfter],
  ]) {
    const was = before[who];
    const is = await api.counts();
    expect(
      {
        subjects: is.subjects - was.subjects,
        registered: is.registered - was.registered,
        started: is.started - was.started,
        scored: is.scored - was.scored,
        passed: is.passed - was.passed,
        verified: is.verified - was.verified,
      },
      `the ${who}'s figures`,
    ).toEqual({ subjects: 1, registered, started: 3, scored: 3, passed: 3, verified: 0 });
  }
});
