// A citizen and a unit are entered and scored as a family is: without a network, from the village's own lists.
import { DESK, PHONE } from '../fixtures/browser.js';
import { AREA, COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FormPage } from '../pages/form.js';
import { HouseholdPage } from '../pages/household.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

test('a citizen is entered and scored without a network, and the commune sees it in its queue', async ({
  server,
  browsers,
}) => {
  const phone = await browsers(PHONE);
  const { page, context } = phone;
  await new SignInPage(page).as(server.url, OFFICER);
  await page.goto(`${server.url}/`);
  const list = new VillagePage(page);
  await list.expectAllReceived(60_000);
  await list.readyForOffline();
  await expect(page.getByRole('link', { name: /^Công dân \d+\/\d+$/ })).toBeVisible();
  await look(page, PHONE, 'home-kinds');
  await context.setOffline(true);
  await page.getByRole('link', { name: `Bản ${VILLAGE}`, exact: true }).click();
  const kinds = page.getByRole('navigation', { name: 'Danh sách của bản' });
  await kinds.getByRole('link', { name: /^Công dân/ }).click();
  await expect(kinds.getByRole('link', { name: /^Công dân/ })).toHaveAttribute('aria-current', 'page');
  await expect(list.rows.first()).toContainText('sinh ');
  await look(page, PHONE, 'village-citizens');

  await list.search.fill('quàng thị mai');
  await list.add.click();
  await expect(list.heading).toHaveText('Thêm công dân mới');
  await expect(page.getByLabel('Họ và tên')).toHaveValue('Quàng Thị Mai');
  await page.getByRole('group', { name: 'Nhóm công dân' }).getByText('Người lao động').click();
  await look(page, PHONE, 'add-citizen');
  await page.getByRole('button', { name: 'Lưu công dân này' }).click();
  await expect(list.heading).toHaveText('Quàng Thị Mai');
  await expect(page.locator('dl.facts')).toContainText('Người lao động');
  await expect(page.locator('dl.facts')).not.toContainText('Số khẩu');
  await look(page, PHONE, 'subject-citizen');
  await new HouseholdPage(page).score.click();
  const form = new FormPage(page);
  await form.complete();
  await expect(form.result).toContainText('Đã chấm xong công dân Quàng Thị Mai');
  await expect(form.result).toContainText('Đạt');
  await look(page, PHONE, 'form-citizen');
  // The way on is to a citizen, and the way back to their list.
  await form.next.click();
  // Somebody of the same class: the answers of the one before, to be looked through.
  const copy = page.getByRole('button', { name: 'Chép câu trả lời của Quàng Thị Mai' });
  await look(page, PHONE, 'form-to-copy');
  await copy.click();
  await expect(page.getByText('Đã chép. Hãy xem lại từng câu')).toBeVisible();
  await expect(form.best).toHaveCount(0);
  await look(page, PHONE, 'form-copied');
  await form.undo.click();
  await expect(copy).toBeVisible();
  await page.goto(page.url().replace(/\/score$/, ''));
  await expect(page.locator('dl.facts')).toContainText('Nhóm công dân');
  await page.getByRole('link', { name: 'Quay lại' }).click();
  await expect(kinds.getByRole('link', { name: /^Công dân/ })).toHaveAttribute('aria-current', 'page');

  await context.setOffline(false);
  await form.expectAllReceived(40_000);
  const desk = await browsers(DESK);
  await new SignInPage(desk.page).as(server.url, COMMUNE);
  await desk.page.goto(`${server.url}/commune?title=learning_citizen`);
  await expect(desk.page.locator('.headline')).toContainText('công dân');
  await look(desk.page, DESK, 'commune-citizens');
  await desk.page.goto(`${server.url}/commune/queue?title=learning_citizen`);
  await expect(desk.page.getByText('Quàng Thị Mai').first()).toBeVisible();
});

test('the commune keeps the units of the commune at large', async ({ server, browsers }) => {
  const { page } = await browsers(PHONE);
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/`);
  const list = new VillagePage(page);
  await list.expectAllReceived(60_000);
  await page.locator('.village-card h2 a').first().click();
  await expect(list.heading).toHaveText(/^Cấp xã: /);
  await expect(page.getByText('Ở đây chưa có đơn vị nào')).toBeVisible();
  await look(page, PHONE, 'commune-units-empty');
  await list.add.click();
  await page.getByRole('button', { name: 'Lưu đơn vị này' }).click();
  await expect(page.getByRole('alert')).toContainText('Tên đơn vị');
  await page.getByLabel('Tên đơn vị').fill('Hợp tác xã Mắc ca');
  await page.getByRole('group', { name: 'Loại đơn vị' }).getByText('Hợp tác xã', { exact: true }).click();
  await look(page, PHONE, 'add-unit');
  await page.getByRole('button', { name: 'Lưu đơn vị này' }).click();
  // A name that is no person's stays as it was written.
  await expect(list.heading).toHaveText('Hợp tác xã Mắc ca');
  await new HouseholdPage(page).score.click();
  const form = new FormPage(page);
  await form.complete();
  await expect(form.result).toContainText('Đã chấm xong Hợp tác xã Mắc ca');
  await form.expectAllReceived(40_000);
  // At the desk it counts in the commune, and in none of its villages.
  await page.goto(`${server.url}/commune?title=learning_unit`);
  const apart = page.getByRole('row', { name: /^Cấp xã, không thuộc bản nào/ });
  // One unit, which its village has scored.
  await expect(apart.getByRole('cell').filter({ hasText: /^1$/ })).toHaveCount(2);
  await look(page, PHONE, 'commune-apart');

  // What a district managed is judged by a table of its own, which the server told this phone.
  await page.goto(`${server.url}/`);
  await page.locator('.village-card h2 a').first().click();
  await list.add.click();
  await page.getByLabel('Tên đơn vị').fill('Trường THCS Mường So');
  await page.getByRole('group', { name: 'Loại đơn vị' }).getByText('Trường học').click();
  await page.getByRole('group', { name: 'Cấp quản lý' }).getByText('Cấp huyện trước tháng 7/2025').click();
  await page.getByRole('button', { name: 'Lưu đơn vị này' }).click();
  await new HouseholdPage(page).score.click();
  await expect(page.getByText('Đơn vị có kế hoạch năm cho mọi người học và làm theo không?')).toBeVisible();
  await look(page, PHONE, 'form-school');
});

test('a family says without a network to which clan it belongs, and the server counts it', async ({ server, browsers }) => {
  const { page, context } = await browsers(PHONE);
  await new SignInPage(page).as(server.url, OFFICER);
  await page.goto(`${server.url}/`);
  const list = new VillagePage(page);
  await list.expectAllReceived(60_000);
  await list.readyForOffline();
  // Those of the commune's other villages are known by name.
  const told = await page.waitForFunction(() => {
    const key = Object.keys(localStorage).find((key) => key.startsWith('banhoc.groups.'));
    return key && JSON.parse(localStorage.getItem(key));
  });
  const groups = await told.jsonValue();
  const other = groups.find((it) => it.kind === 'clan' && it.place !== VILLAGE);
  expect(other).toBeTruthy();
  await context.setOffline(true);
  await page.getByRole('link', { name: `Bản ${VILLAGE}`, exact: true }).click();
  const village = page.url();
  const kinds = page.getByRole('navigation', { name: 'Danh sách của bản' });
  await kinds.getByRole('link', { name: /^Dòng họ/ }).click();
  await list.add.click();
  await page.getByLabel('Tên dòng họ').fill('Họ Điêu bản trên');
  await page.getByRole('button', { name: 'Lưu dòng họ này' }).click();
  await expect(list.heading).toHaveText('Họ Điêu bản trên');
  const clan = page.url();

  await page.goto(village);
  await list.rows.first().click();
  const household = new HouseholdPage(page);
  const family = await household.heading.innerText();
  await household.edit.click();
  const field = page.getByRole('group', { name: 'Dòng họ' });
  await field.getByRole('button', { name: /^Chọn/ }).click();
  await look(page, PHONE, 'link-open');
  await field.getByRole('searchbox').fill(other.name);
  await expect(field.getByRole('button', { name: `${other.name} ${other.place}` }).first()).toBeVisible();
  await field.getByRole('searchbox').fill('khong ai');
  await expect(field.getByText('Máy này chưa có dòng họ nào tên như vậy')).toBeVisible();
  await field.getByRole('searchbox').fill('dieu ban');
  await field.getByRole('button', { name: /^Họ Điêu bản trên/ }).click();
  await expect(page.getByText('Dòng họ: Họ Điêu bản trên').first()).toBeVisible();
  await expect(page.locator('dl.facts').first()).toContainText('Họ Điêu bản trên');
  await look(page, PHONE, 'link-chosen');

  await page.goto(clan);
  await expect(page.getByText('Các nhà trong họ: 1')).toBeVisible();
  await page.getByText('Các nhà trong họ: 1').click();
  await expect(page.locator('main').getByRole('link', { name: family })).toBeVisible();
  await look(page, PHONE, 'clan-members');
  await household.score.click();
  await page.locator('.answer-line').nth(1).click();
  await page.getByText('Có', { exact: true }).first().click();
  await context.setOffline(false);
  await list.expectAllReceived(40_000);
  // The server has counted, and the phone is told.
  await page.locator('.answer-line').first().click();
  await expect(page.getByText(/^Xã đếm được 0\/1/)).toBeVisible();
  await look(page, PHONE, 'clan-counted');

  const desk = await browsers(DESK);
  await new SignInPage(desk.page).as(server.url, COMMUNE);
  await desk.page.goto(clan.replace('/subject/', '/dashboard/subject/'));
  await expect(desk.page.getByRole('heading', { name: 'Các nhà trong họ: 1' })).toBeVisible();
  await expect(desk.page.getByText('Máy chủ đếm được 0/1')).toBeVisible();
  await look(desk.page, DESK, 'clan-desk');
  await desk.page.getByRole('link', { name: family }).click();
  await expect(desk.page.getByRole('link', { name: 'Họ Điêu bản trên' })).toBeVisible();
});

test('an area enters and scores what lies in it, and looks at what its communes have', async ({ server, browsers }) => {
  const { page } = await browsers(DESK);
  await new SignInPage(page).as(server.url, AREA);
  await expect(page).toHaveURL(/\/dashboard/);
  await page.getByRole('link', { name: 'Chấm phiếu' }).click();
  const list = new VillagePage(page);
  await list.expectAllReceived(60_000);
  await look(page, DESK, 'area-home');
  await page.locator('.village-card h2 a').first().click();
  await list.add.click();
  await page.getByLabel('Tên đơn vị').fill('Trường PTDT nội trú huyện');
  await page.getByRole('group', { name: 'Loại đơn vị' }).getByText('Trường học').click();
  await page.getByRole('group', { name: 'Cấp quản lý' }).getByText('Cấp huyện trước tháng 7/2025').click();
  await page.getByRole('button', { name: 'Lưu đơn vị này' }).click();
  await expect(list.heading).toHaveText('Trường PTDT nội trú huyện');
  await new HouseholdPage(page).score.click();
  await expect(page.getByText('Đơn vị có kế hoạch năm cho mọi người học và làm theo không?')).toBeVisible();
  await list.expectAllReceived(40_000);
  await page.goto(`${server.url}/dashboard/subjects?title=learning_unit&search=noi+tru`);
  await look(page, DESK, 'area-subjects');
  await page.getByRole('link', { name: 'Trường PTDT nội trú huyện' }).click();
  await expect(page.getByRole('link', { name: 'Mở để chấm và sửa' })).toBeVisible();
  // A family of a commune is there to be looked at.
  await page.goto(`${server.url}/dashboard/subjects?title=learning_family&figure=waiting`);
  await page.locator('tbody a').first().click();
  await expect(page.getByRole('heading', { name: 'Ai đã ghi gì' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Mở để chấm và sửa' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Xác nhận' })).toHaveCount(0);
  await look(page, DESK, 'area-looks');
});

test('a form goes over to the set that judges its unit since somebody said who manages it', async ({ server, browsers }) => {
  const { page, context } = await browsers(PHONE);
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/`);
  const list = new VillagePage(page);
  await list.expectAllReceived(60_000);
  await page.locator('.village-card h2 a').first().click();
  await list.add.click();
  await page.getByLabel('Tên đơn vị').fill('Trạm y tế thử');
  await page.getByRole('button', { name: 'Lưu đơn vị này' }).click();
  const household = new HouseholdPage(page);
  await household.score.click();
  await page.locator('.answer-line').first().click();
  await page.locator('.question').first().getByRole('radio').first().check({ force: true });
  await page.getByRole('link', { name: 'Quay lại' }).click();
  await list.expectAllReceived(40_000);
  await context.setOffline(true);
  await household.edit.click();
  await page.getByRole('group', { name: 'Cấp quản lý' }).getByText('Cấp huyện trước tháng 7/2025').click();
  await household.score.click();
  const question = page.getByText('Đơn vị có kế hoạch năm cho mọi người học và làm theo không?');
  await expect(page.getByText(/^Năm nay áp dụng bộ/)).toBeVisible();
  await expect(question).toHaveCount(0);
  await look(page, PHONE, 'another-set');
  await page.getByRole('button', { name: 'Chấm theo bộ này' }).click();
  await expect(question).toBeVisible();
  await expect(page.getByText(/^Năm nay áp dụng bộ/)).toHaveCount(0);
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByText(/^Năm nay áp dụng bộ/)).toBeVisible();
  await page.getByRole('button', { name: 'Chấm theo bộ này' }).click();
  await expect(question).toBeVisible();
  await look(page, PHONE, 'another-set-used');
  await context.setOffline(false);
  await list.expectAllReceived(40_000);
});
