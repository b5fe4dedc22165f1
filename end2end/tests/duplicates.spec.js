// Duplicates: a family is entered twice, the clerk merges the two, a phone that was away learns of it; and it is taken back.
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look, looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { AddPage } from '../pages/add.js';
import { FieldPage } from '../pages/field.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

test('a family that was entered twice is one, also on a phone that was away, and is two again', async ({ server, browsers }) => {
  test.slow();
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const families = await officer.subjects(village);
  const before = families.length;
  const namesakes = (name) => families.filter((row) => row.name === name).length;
  const first = families.find((row) => row.stage && namesakes(row.name) === 1);
  const { members } = (await officer.get('/api/v1/subject', { id: first.id })).subject.fields;

  // Entered again on a phone, without a signal.
  const phone = await browsers(PHONE);
  const field = await FieldPage.takenAway(phone, server, OFFICER);
  await phone.page.goto(`${server.url}/village/${village}/add`);
  const add = new AddPage(phone.page);
  await add.name.fill(first.name);
  await add.members.fill(String(members));
  await add.save.click();
  const again = phone.page.getByRole('button', { name: /vẫn thêm|Thêm hộ mới|là hộ khác/i });
  if (await again.isVisible().catch(() => false)) await again.click();
  await phone.context.setOffline(false);
  await field.expectAllReceived();
  expect((await officer.subjects(village)).length).toBe(before + 1);
  await phone.context.setOffline(true);

  // The clerk looks at the two and merges them.
  const clerk = await browsers(DESK);
  const { page } = clerk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/commune`);
  await page.getByRole('link', { name: 'Hồ sơ trùng' }).click();
  await looks(page, 'duplicates');
  const row = page.locator('tbody tr').filter({ hasText: first.name }).filter({ hasText: VILLAGE });
  await row.first().getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('hay là một?');
  await looks(page, 'duplicates-pair');
  const pair = page.url();
  await page.getByRole('button', { name: 'Gộp hai hồ sơ' }).click();
  await expect(page.locator('main')).toContainText('Đã gộp');
  await looks(page, 'duplicates-merged');
  expect((await officer.subjects(village)).length).toBe(before);

  // The phone still has both, and one of them after it was heard.
  const list = new VillagePage(phone.page);
  await list.open(server.url, village);
  await list.search.fill(first.name);
  await expect(list.row(first.name)).toHaveCount(2);
  await phone.context.setOffline(false);
  await expect(list.row(first.name)).toHaveCount(1, { timeout: 30_000 });
  const gone = new URL(pair).pathname.split('/').find((id) => id.length === 36 && id !== first.id);
  await phone.page.goto(`${server.url}/subject/${gone}`);
  await expect(phone.page.locator('main')).toContainText('Xã đã gộp hồ sơ này');
  await expect(phone.page.getByRole('link', { name: /Chấm hộ/ })).toHaveCount(0);
  await look(phone.page, PHONE, 'duplicates-on-the-phone');

  // Taken back, as if nothing had been.
  await page.goto(`${server.url}/dashboard/subject/${gone}`);
  await expect(page.locator('main')).toContainText('đã được gộp vào');
  await looks(page, 'duplicates-gone');
  await page.getByRole('button', { name: 'Tách lại' }).click();
  await expect(page.locator('main')).toContainText('Đã tách lại');
  expect((await officer.subjects(village)).length).toBe(before + 1);

  // They are two, and are not offered again.
  await page.getByRole('button', { name: 'Đây là hai hồ sơ khác nhau' }).click();
  await expect(page.locator('main')).toContainText('Đã ghi: hai hồ sơ khác nhau');
  await expect(row).toHaveCount(0);
});
