// The desk in a browser: the keyboard, paper, large type, a decision, a file.
import { readFileSync } from 'node:fs';
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { AREA, COMMUNE, VILLAGE } from '../fixtures/demo.js';
import { accessKey } from '../fixtures/keys.js';
import { look, looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { AddPage } from '../pages/add.js';
import { DashboardPage } from '../pages/dashboard.js';
import { openMore } from '../pages/more.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

const NEW_FAMILY = 'Lò Thị Chín Mới';

test('a list is walked by keyboard and takes effect by its button', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, AREA);
  const board = new DashboardPage(page);
  await board.open(server.url);
  const year = board.filters.getByLabel('Năm');
  const before = page.url();
  await year.focus();
  await page.keyboard.press('ArrowUp');
  await page.waitForTimeout(500);
  expect(page.url()).toBe(before);
  await expect(year).toBeFocused();
  const chosen = await year.inputValue();
  await board.filters.getByRole('button', { name: 'Xem' }).click();
  await page.waitForURL((at) => at.searchParams.get('year') === chosen);
  await expect(board.headline).toContainText(`Hết năm ${chosen}`);
  // Where we are, what a bar says, and no arrow in the name of a head.
  await expect(page.getByRole('link', { name: 'Số liệu', exact: true })).toHaveAttribute('aria-current', 'page');
  await expect(page.locator('#parts .meter').first()).toHaveAttribute('aria-label', /%$/);
  await expect(page.locator('#parts').getByRole('link', { name: 'So chỉ tiêu', exact: true })).toBeVisible();
});

test('a dashboard is one page of paper, and a list has its head on each', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, AREA);
  const board = new DashboardPage(page);
  for (const query of ['', '?as_of=2023-12-31', '?year=2025']) {
    await board.open(server.url, query);
    expect(pages(await page.pdf({ format: 'A4' })), query).toBe(1);
  }
  await page.goto(`${server.url}/dashboard/subjects?figure=scored`);
  const total = Number((await page.locator('.lead').innerText()).match(/^[\d.]+/)[0].replace('.', ''));
  expect(total).toBeGreaterThan(1_000);
  await page.getByRole('link', { name: 'Xem cả danh sách để in' }).click();
  await expect(page.locator('tbody tr')).toHaveCount(total);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('thead').first()).toHaveCSS('display', 'table-header-group');
});

test('large type leaves the name whole', async ({ server, browsers }) => {
  // 200 % of a desk's window.
  const desk = await browsers({ width: 720, height: 450 });
  const { page } = desk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/dashboard`);
  const name = page.getByRole('heading', { level: 1 });
  await expect(name).toHaveText('Xã Phong Thổ');
  const { height } = await name.boundingBox();
  expect(height).toBeLessThan(45);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(720);
});

test('a commune decides below the answers, and takes it back', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await expect(page).toHaveURL(/\/commune/);
  await look(page, DESK, 'commune-work');
  await page.goto(`${server.url}/dashboard/subjects?figure=waiting`);
  await page.locator('tbody th a').first().click();
  await look(page, DESK, 'decide');
  await page.getByRole('button', { name: /^Xác nhận điểm/ }).click();
  await expect(page.getByText('Đã xác nhận điểm.')).toBeVisible();
  await page.getByRole('button', { name: 'Rút lại quyết định vừa rồi' }).click();
  await expect(page.getByText('Đã rút lại.')).toBeVisible();
  await page.getByText('Trả lại để sửa', { exact: true }).first().click();
  await page.getByLabel('Cần sửa gì').fill('Xem lại mục trẻ đi học');
  await page.getByRole('button', { name: 'Trả lại để sửa' }).click();
  await expect(page.getByText('Đã trả lại để sửa.')).toBeVisible();
  const steps = page.locator('details[open] .timeline');
  await expect(steps.getByRole('listitem').last()).toContainText('Xem lại mục trẻ đi học');
  await steps.scrollIntoViewIfNeeded();
  await look(page, DESK, 'steps');
  await page.setViewportSize(PHONE);
  await look(page, PHONE, 'steps');
});

test('a commune works through its queue by keyboard, and many at once', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.locator('a.tile', { hasText: 'Chờ xã thẩm tra' }).click();
  await expect(page).toHaveURL(/\/commune\/queue/);
  await look(page, DESK, 'queue');
  const waiting = async () => Number((await page.locator('.lead').innerText()).match(/^[\d.]+/)[0].replace('.', ''));
  const before = await waiting();
  expect(before).toBeGreaterThan(60);
  await page.getByRole('link', { name: 'Thẩm tra lần lượt' }).click();
  await look(page, DESK, 'submission');
  const first = await page.getByRole('heading', { level: 1 }).innerText();
  await accessKey(page, 'x');
  await expect(page.getByText(`${first}: Xã đã xác nhận điểm.`)).toBeVisible();
  const second = await page.getByRole('heading', { level: 1 }).innerText();
  expect(second).not.toBe(first);
  await page.getByRole('button', { name: 'Rút lại quyết định vừa rồi' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(first);
  await expect(page.getByText(`Phiếu 1 trong ${before}`)).toBeVisible();
  await accessKey(page, 'n');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(second);
  // Many at once: those that pass and in which nothing is out of the ordinary.
  await page.getByRole('link', { name: 'Về danh sách' }).click();
  const all = page.getByRole('button', { name: /^Xác nhận cả \d+ phiếu/ });
  const count = Number((await all.innerText()).match(/\d+/)[0]);
  expect(count).toBeGreaterThan(5);
  await all.click();
  await expect(page.getByText(`Đã xác nhận ${count} phiếu.`)).toBeVisible();
  expect(await waiting()).toBe(before - count);
  // One village of it, by thumb.
  await page.setViewportSize(PHONE);
  await page.getByLabel('Bản', { exact: true }).selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Xem', exact: true }).click();
  expect(await waiting()).toBeLessThan(before - count);
  await look(page, PHONE, 'queue-phone');
  await page.locator('tbody th a').first().click();
  await look(page, PHONE, 'submission-phone');
});

test('a commune answers a criterion itself, beside the village, and takes it back', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/commune/queue`);
  await page.getByRole('link', { name: 'Thẩm tra lần lượt' }).click();
  const name = await page.getByRole('heading', { level: 1 }).innerText();
  const verdict = page.locator('.verdict');
  const before = await verdict.innerText();
  const village = page.locator('table.answers tbody tr:has(details)').first().locator('td').first();
  const given = await village.innerText();
  await page.locator('details.answering summary').first().click();
  await look(page, DESK, 'answering');
  const choice = page.locator('details.answering select').first();
  await choice.selectOption('0');
  await page.getByRole('button', { name: /^Ghi Xã chấm/ }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(page.getByText(/^Xã chấm “.*”: 0 điểm\.$/)).toBeVisible();
  await expect(verdict).not.toHaveText(before);
  await expect(village).toHaveText(given);
  await look(page, DESK, 'answered');
  await page.setViewportSize(PHONE);
  await look(page, PHONE, 'answered');
  await page.getByRole('button', { name: 'Rút lại câu vừa chấm' }).click();
  await expect(page.getByText(/^Đã rút lại\./)).toBeVisible();
  await expect(verdict).toHaveText(before);
});

test('what was done in the field’s pages is sent from the desk, and signing out warns before', async ({ server, browsers }) => {
  const commune = await Api.signIn(server, COMMUNE);
  const village = commune.unit(VILLAGE);
  const isNew = async () => (await commune.subjects(village)).filter((row) => row.name === NEW_FAMILY).length;
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/village/${village}`);
  const list = new VillagePage(page);
  await list.expectAllReceived(60_000);
  await list.readyForOffline();
  await desk.context.setOffline(true);
  await list.add.click();
  const add = new AddPage(page);
  await add.name.fill(NEW_FAMILY);
  await add.members.fill('4');
  await add.save.click();
  await expect(list.status).toHaveText(/chờ gửi/);

  // There is a network again, and the commune does not answer yet.
  let asked = 0;
  const refuse = (route) => {
    asked += 1;
    return route.abort();
  };
  await desk.context.route('**/api/v1/sync', refuse);
  await desk.context.setOffline(false);
  await page.goto(`${server.url}/commune`);
  const strip = page.locator('#unsent .status');
  await expect(strip).toContainText('1 phiếu chờ gửi');
  await look(page, DESK, 'desk-unsent');
  const warned = new Promise((resolve) => {
    page.once('dialog', async (dialog) => {
      resolve(dialog.message());
      await dialog.dismiss();
    });
  });
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  expect(await warned).toContain('còn phiếu chưa gửi');
  await expect(page).toHaveURL(/\/commune/);
  expect(asked).toBeGreaterThan(0);
  expect(await isNew()).toBe(0);

  await desk.context.unroute('**/api/v1/sync', refuse);
  await page.reload();
  await expect(strip).toHaveAttribute('data-state', 'online', { timeout: 30_000 });
  await expect.poll(isNew).toBe(1);
  // Nothing waits any more, so nothing is fetched and nobody is warned.
  await page.reload();
  await expect(page.locator('#unsent')).toBeHidden();
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await page.waitForURL(/sign-in/);
});

test('a list is taken along as a workbook', async ({ server, browsers }) => {
  const desk = await browsers(DESK, { acceptDownloads: true });
  const { page } = desk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/dashboard/subjects?figure=waiting`);
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: /\.xlsx$/ }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/^danh-sach-xa-phong-tho-\d{4}-\d\d-\d\d\.xlsx$/);
  // A workbook is a zip.
  expect(readFileSync(await file.path()).subarray(0, 2).toString()).toBe('PK');
});

/** Pages of a PDF. */
function pages(pdf) {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length;
}

test('the rarer places of a desk lie behind a word, and a name has its room', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/decisions`);
  const name = page.getByRole('heading', { level: 1 });
  await expect(name).toContainText('Quyết định');
  expect((await name.boundingBox()).height, 'on one line').toBeLessThan(45);
  const nav = page.getByRole('navigation', { name: 'Trang của bàn làm việc' });
  const carry = nav.getByRole('link', { name: 'Nộp hộ' });
  await expect(carry).toBeHidden();
  // By the keyboard alone, there and back.
  const word = page.locator('details.more > summary');
  await word.focus();
  await page.keyboard.press('Enter');
  await expect(carry).toBeVisible();
  await look(page, DESK, 'more');
  await page.keyboard.press('Escape');
  await expect(carry).toBeHidden();
  await expect(word).toBeFocused();
  await word.click();
  await expect(carry).toBeVisible();
  await page.locator('main').click({ position: { x: 5, y: 5 } });
  await expect(carry).toBeHidden();
  // Nothing is cut off where the line of places scrolls.
  await page.setViewportSize(PHONE);
  await word.click();
  await expect(carry).toBeInViewport({ ratio: 1 });
  await expect(nav.getByRole('link', { name: 'Đổi mật khẩu' })).toBeInViewport({ ratio: 1 });
  await look(page, PHONE, 'more');
  await carry.click();
  await expect(name).toContainText('Nộp hộ');
  await expect(word).toHaveAttribute('data-here');
  // Without a script too.
  const plain = await browsers(DESK, { javaScriptEnabled: false });
  await new SignInPage(plain.page).as(server.url, COMMUNE);
  await openMore(plain.page);
  const password = plain.page.getByRole('link', { name: 'Đổi mật khẩu' });
  await expect(password).toBeVisible();
  await password.click();
  await expect(plain.page.getByRole('heading', { level: 1 })).toContainText('mật khẩu');
});

test('a queue shows those that are late, and areas find who was entered twice', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/commune/queue`);
  await page.getByLabel('Thời hạn').selectOption('true');
  await page.getByRole('button', { name: 'Xem' }).click();
  await page.waitForURL(/late=true/);
  await expect(page.getByLabel('Thời hạn')).toHaveValue('true');
  await looks(page, 'queue-late');
  const area = await browsers(DESK);
  await new SignInPage(area.page).as(server.url, AREA);
  await area.page.goto(`${server.url}/dashboard`);
  await looks(area.page, 'area-dashboard');
});
