// A village's list: found by hamlet and number, in the order of the walk, and where it was left.
import { Api } from '../fixtures/api.js';
import { grow } from '../fixtures/big-village.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FormPage } from '../pages/form.js';
import { HouseholdPage } from '../pages/household.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

test('a village of thousands is searched, sorted, drawn along and found again where it was', async ({ server, browsers }) => {
  test.setTimeout(300_000);
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  await grow(server, officer, VILLAGE, 2_000);
  const { page } = await browsers(PHONE);
  await new SignInPage(page).as(server.url, OFFICER);
  const list = new VillagePage(page);
  await list.expectAllReceived(120_000);
  await page.getByRole('link', { name: `Bản ${VILLAGE}`, exact: true }).click();
  await list.rows.first().waitFor();
  // Only what is near the window is drawn.
  expect(await list.rows.count()).toBeLessThan(200);
  await look(page, PHONE, 'village-2000');

  // Every letter of the rail leads to its families, at the end of the list too.
  const rail = page.getByRole('slider', { name: 'Chữ cái đầu của tên' });
  const place = await rail.boundingBox();
  expect(place.width).toBeGreaterThanOrEqual(48);
  await page.mouse.move(place.x + 20, place.y + 20);
  await page.mouse.down();
  await page.mouse.move(place.x + 20, place.y + place.height - 2, { steps: 8 });
  await expect(page.locator('.letters-now')).toHaveText('Y');
  await page.mouse.up();
  await expect(page.locator('.list-letter', { hasText: /^Y$/ })).toBeInViewport();
  await expect(list.rows.filter({ hasText: 'Yên' }).first()).toBeInViewport();

  // Back from a family, the list is where it was.
  const before = await page.evaluate(() => scrollY);
  const row = list.rows.filter({ hasText: 'Yên' }).first();
  const name = await row.locator('.item-title').innerText();
  await row.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await page.getByRole('link', { name: 'Quay lại' }).click();
  await expect(list.rows.filter({ hasText: name }).first()).toBeInViewport();
  expect(Math.abs((await page.evaluate(() => scrollY)) - before)).toBeLessThan(200);

  // By hamlet and by number.
  await list.search.fill('xom 4');
  await expect(list.rows.first()).toContainText('Xóm 4');
  await list.search.fill('1234');
  await expect(list.rows).toHaveCount(1);
  await expect(list.rows.first()).toContainText('số 1234');
  await list.rows.first().click();
  await page.getByRole('link', { name: 'Quay lại' }).click();
  await expect(list.search).toHaveValue('1234');
  await list.search.fill('');
  await page.getByRole('combobox', { name: 'Xóm' }).selectOption('Xóm 7');
  await page.getByRole('combobox', { name: 'Xếp theo' }).selectOption('number');
  await expect(list.rows.first()).toContainText('số 1007 · Xóm 7');
  await look(page, PHONE, 'village-hamlet');

  // The next family is the next one of the walk.
  await list.rows.first().click();
  await new HouseholdPage(page).score.click();
  const form = new FormPage(page);
  await form.complete();
  await form.next.click();
  await page.goto(page.url().replace(/\/score$/, ''));
  await expect(page.locator('dl.facts')).toContainText('1019');
  await page.goto(`${server.url}/`);
  await expect(page.getByText('Hôm nay: đã chấm 1 phiếu')).toBeVisible();
  await form.expectAllReceived(40_000);
  await expect(page.getByText('đã chấm 1 phiếu, xã đã nhận 1')).toBeVisible();
  await look(page, PHONE, 'home-today');
  await page.getByText('Hôm nay: đã chấm 1 phiếu').click();
  await expect(page.locator('#sent')).toContainText('Gửi phiếu lên xã');
  await look(page, PHONE, 'outbox-sent');
  // The order is kept on this phone.
  await page.goto(`${server.url}/village/${village}`);
  await expect(page.getByRole('combobox', { name: 'Xếp theo' })).toHaveValue('number');
});

test('a second village is a tap away, and a searched name is taken over', async ({ server, browsers }) => {
  const { page } = await browsers(PHONE);
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/`);
  const list = new VillagePage(page);
  await list.expectAllReceived(60_000);
  const villages = page.locator('.village-card h2 a');
  // The commune at large comes first, with its units; then the villages.
  await villages.nth(1).click();
  const others = page.getByRole('navigation', { name: 'Các bản' }).getByRole('link');
  const second = await others.nth(2).innerText();
  await others.nth(2).click();
  await expect(list.heading).toHaveText(`Bản ${second}`);
  // The place in the bar is the village that was looked at last.
  await page.goBack();
  await others.nth(2).click();
  await list.places.getByRole('link', { name: 'Nhà' }).click();
  await list.places.getByRole('link', { name: 'Bản', exact: true }).click();
  await expect(list.heading).toHaveText(`Bản ${second}`);

  await list.search.fill('giàng a thử mới');
  await expect(page.getByText('Không tìm thấy')).toBeVisible();
  await list.add.click();
  const name = page.locator('#add-name');
  await expect(name).toHaveValue('Giàng A Thử Mới');
  await page.locator('#add-members').fill('5');
  await page.locator('summary').filter({ hasText: 'Ghi thêm' }).click();
  await page.locator('#add-adults').fill('9');
  await page.getByRole('button', { name: 'Lưu hộ này' }).click();
  await expect(page.getByText('Người lớn từ 19 đến 60 tuổi là 9, nhiều hơn Số khẩu là 5')).toBeVisible();
  await look(page, PHONE, 'add-question');
  await page.locator('#add-adults').fill('3');
  await page.getByRole('button', { name: 'Lưu hộ này' }).click();
  await expect(list.heading).toHaveText('Giàng A Thử Mới');

  // Every field can be mended; a number that can hardly be is asked about, and nothing is saved per key.
  const household = new HouseholdPage(page);
  await household.edit.click();
  await page.locator('#edit-birth_year').fill('1974');
  await page.locator('#edit-birth_year').blur();
  await page.getByRole('group', { name: 'Hộ nghèo' }).getByText('Có', { exact: true }).click();
  await expect(page.locator('dl.facts')).toContainText('1974');
  await page.locator('#edit-literate_adults').fill('8');
  await page.locator('#edit-literate_adults').blur();
  await expect(page.getByText('nhiều hơn Người lớn từ 19 đến 60 tuổi là 3')).toBeVisible();
  await look(page, PHONE, 'facts-question');
  await page.getByRole('button', { name: 'Để như cũ' }).click();
  await expect(page.locator('#edit-literate_adults')).toHaveValue('');
});

test('a family that is found in another village is moved there without a network, with its form', async ({ server, browsers }) => {
  const commune = await Api.signIn(server, COMMUNE);
  const here = commune.unit(VILLAGE);
  const family = (await commune.subjects(here)).find((row) => row.stage === 'in_progress');
  const phone = await browsers(PHONE);
  const { page } = phone;
  await new SignInPage(page).as(server.url, COMMUNE);
  const household = new HouseholdPage(page);
  await household.open(server.url, family.id);
  await household.edit.waitFor();
  await household.readyForOffline();
  await phone.context.setOffline(true);
  await household.edit.click();
  const there = page.getByRole('button', { name: /^Chuyển sang bản / });
  const label = await there.first().innerText();
  const to = label.replace('Chuyển sang bản ', '').trim();
  await there.first().click();
  await expect(page.getByRole('button', { name: `Chuyển sang bản ${VILLAGE}` })).toBeVisible();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByRole('button', { name: label, exact: true })).toBeVisible();
  await page.getByRole('button', { name: label, exact: true }).click();
  await phone.context.setOffline(false);
  await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await household.expectAllReceived(40_000);
  const { subject, assessments } = await commune.get('/api/v1/subject', { id: family.id });
  expect(subject.place).toBe(commune.unit(to));
  const year = Math.max(...assessments.map((it) => it.about.assessment.year));
  const form = assessments.find((it) => it.about.assessment.year === year);
  expect(form.place).toBe(subject.place);
});

test('everybody of a list is registered in one step, and that is taken back', async ({ server, browsers }) => {
  const { page, context } = await browsers(PHONE);
  await new SignInPage(page).as(server.url, OFFICER);
  await page.goto(`${server.url}/`);
  const list = new VillagePage(page);
  await list.expectAllReceived(60_000);
  await list.readyForOffline();
  await context.setOffline(true);
  await page.getByRole('link', { name: `Bản ${VILLAGE}`, exact: true }).click();
  await page.getByText('Đăng ký cả danh sách').click();
  const all = page.getByRole('button', { name: /^Đăng ký \d+ gia đình$/ });
  await look(page, PHONE, 'register-all');
  const left = await all.innerText();
  await all.click();
  await expect(all).toHaveCount(0);
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await page.getByText('Đăng ký cả danh sách').click();
  await expect(all).toHaveText(left);
  await all.click();
  await expect(all).toHaveCount(0);
  await context.setOffline(false);
  await list.expectAllReceived(60_000);
  const unit = (await Api.signIn(server, OFFICER)).unit(VILLAGE);
  const desk = await browsers(DESK);
  await new SignInPage(desk.page).as(server.url, COMMUNE);
  await desk.page.goto(`${server.url}/dashboard/subjects?unit=${unit}&title=learning_family&figure=unregistered`);
  await expect(desk.page.locator('main')).toContainText('0 gia đình, chưa đăng ký');
});
