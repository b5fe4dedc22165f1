// Two people edit one family apart: different fields merge without a word, the same field asks, and one tap settles it.
import { Api } from '../fixtures/api.js';
import { PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FieldPage } from '../pages/field.js';
import { HouseholdPage } from '../pages/household.js';
import { SignInPage } from '../pages/sign-in.js';

test('two officers edit one family apart, and the commune settles it', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const family = (await officer.subjects(village)).find((row) => row.stage === 'in_progress');
  const phones = [];
  for (const who of [OFFICER, COMMUNE]) {
    const phone = await browsers(PHONE);
    await new SignInPage(phone.page).as(server.url, who);
    const field = new FieldPage(phone.page);
    const household = new HouseholdPage(phone.page);
    await household.open(server.url, family.id);
    await household.edit.waitFor();
    await field.readyForOffline();
    await phone.context.setOffline(true);
    phones.push({ phone, field, household });
  }
  const [first, second] = phones;

  // Both change the number of people; each one thing more.
  for (const [at, edits] of [
    [first, { 'edit-members': '7', 'edit-hamlet': 'Xóm trên' }],
    [second, { 'edit-members': '9', 'edit-note': 'Đã hỏi lại' }],
  ]) {
    await at.household.open(server.url, family.id);
    await at.household.edit.click();
    for (const [id, text] of Object.entries(edits)) {
      await at.phone.page.locator(`#${id}`).fill(text);
      // A field is saved when it is left.
      await at.phone.page.locator(`#${id}`).blur();
    }
    await expect(at.field.status).toHaveText(/chờ gửi/);
  }
  // One after the other they come into signal; the second gets to know what the first had written.
  for (const at of [first, second, first]) {
    await at.phone.context.setOffline(false);
    await at.phone.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
    await at.field.expectAllReceived(40_000);
  }

  // The commune's inbox: both values, and who wrote them.
  await second.phone.page.goto(`${server.url}/conflicts`);
  const card = second.phone.page.locator('section.card').filter({ hasText: family.name });
  await expect(card.getByRole('button')).toHaveCount(2);
  await expect(card.getByRole('button', { name: /^7/ })).toContainText(officer.session.actor.name);
  await expect(card.getByRole('button', { name: /^9/ })).toBeVisible();
  await look(second.phone.page, PHONE, 'conflict');
  // A slip is taken back, and both are there again.
  await card.getByRole('button', { name: /^7/ }).click();
  await expect(card).toHaveCount(0);
  await second.phone.page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(card.getByRole('button')).toHaveCount(2);
  await card.getByRole('button', { name: /^9/ }).click();
  await expect(card).toHaveCount(0);
  await expect(second.phone.page.locator('.toast')).toContainText('Đã chọn: 9');
  await second.field.expectAllReceived(40_000);

  const detail = await officer.get('/api/v1/subject', { id: family.id });
  expect(detail.subject.fields).toMatchObject({ members: 9, hamlet: 'Xóm trên', note: 'Đã hỏi lại' });
  expect(detail.subject.conflicts ?? {}).toEqual({});

  // The village sees it settled, and who is who in the history.
  await first.phone.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await first.household.open(server.url, family.id);
  await expect(first.phone.page.getByText('9', { exact: true }).first()).toBeVisible({ timeout: 40_000 });
});
