// The golden book: what villages wrote down as given is read at the desk, and fetched as a file; whoever supports learning without being
// judged is written into it there.
import { DESK, PHONE } from '../fixtures/browser.js';
import { COMMUNE } from '../fixtures/demo.js';
import { look, looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';

const NAME = 'Hợp tác xã Chè Tam Đường';

test('the golden book of a commune says who gave what, and adds it up', async ({ server, browsers }) => {
  const { page } = await browsers(DESK);
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/commune`);
  await page.getByRole('link', { name: 'Sổ vàng khuyến học' }).click();
  // The demo's people gave in the year before.
  await page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link').last().click();
  await expect(page.locator('main')).toContainText('người và tập thể đã đóng góp');
  await expect(page.locator('tbody tr').first()).toBeVisible();
  await looks(page, 'book');
  const file = await page.request.get(`${server.url}/dashboard/export/contributions.xlsx`);
  expect(file.ok()).toBe(true);
});

test('a supporter is entered, mended and taken out of the book', async ({ server, browsers }) => {
  test.slow();
  const desk = await browsers(DESK);
  const { page } = desk;
  // Forms that have to be mended.
  desk.expected.push('400');
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/contributions`);
  await expect(page.locator('main')).toContainText('người, tổ chức ủng hộ');
  await looks(page, 'supporter-book-before');
  await page.getByRole('link', { name: 'Ghi người, tổ chức ủng hộ' }).click();
  await looks(page, 'supporter-new');

  // What is missing is told, and what was typed stays.
  await page.getByLabel('Tên', { exact: true }).fill('cong ty tnhh che phong tho');
  await page.getByLabel('Địa chỉ').fill('Tam Đường, Lai Châu');
  await page.getByLabel('Tiền, hay quà').fill('năm triệu');
  await page.getByRole('button', { name: 'Ghi vào sổ vàng' }).click();
  await expect(page.getByRole('alert')).toContainText('Hãy chọn là doanh nghiệp');
  await expect(page.getByLabel('Tiền, hay quà')).toHaveValue('năm triệu');
  await looks(page, 'supporter-mend');

  // One of this name stands in the book; this is another.
  await page.getByLabel('Thuộc loại nào').selectOption('enterprise');
  await page.getByLabel('Tiền, hay quà').fill('5.000.000');
  await page.getByLabel('Ngày công').fill('12');
  await page.getByRole('button', { name: 'Ghi vào sổ vàng' }).click();
  await expect(page.locator('main')).toContainText('Trong sổ đã có tên này');
  await looks(page, 'supporter-namesake');
  await page.getByLabel('Tên', { exact: true }).fill(NAME);
  await page.getByLabel('Không phải, chỉ trùng tên').check();
  await page.getByRole('button', { name: 'Ghi vào sổ vàng' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(NAME);
  await expect(page.locator('main')).toContainText('Góp 12 ngày công, ủng hộ 5.000.000 đồng');

  // In the year before it gave something else.
  await page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link').nth(1).click();
  await page.getByLabel('Góp trí và việc khác').fill('tặng tủ sách cho bản');
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await expect(page.locator('main')).toContainText('Đã lưu');
  await expect(page.locator('main')).toContainText(': Tặng tủ sách cho bản');
  await looks(page, 'supporter');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize(PHONE);
  await look(page, PHONE, 'supporter-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(DESK);
  await page.getByRole('link', { name: 'Về sổ vàng khuyến học' }).click();
  await expect(page.locator('tbody')).toContainText(NAME);
  await looks(page, 'supporter-book');

  // It was a mistake.
  await page.locator('tbody').getByRole('link', { name: NAME }).click();
  await page.getByText('Ghi nhầm?').click();
  await page.getByRole('button', { name: 'Bỏ khỏi sổ vàng' }).click();
  await expect(page.getByRole('button', { name: 'Ghi lại vào sổ vàng' })).toBeVisible();
  await looks(page, 'supporter-struck');
  await page.getByRole('link', { name: 'Về sổ vàng khuyến học' }).click();
  await expect(page.locator('tbody')).not.toContainText(NAME);
});

test('a supporter is entered without a script', async ({ server, browsers }) => {
  const { page } = await browsers(DESK, { javaScriptEnabled: false });
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/contributions/new`);
  await page.getByLabel('Tên', { exact: true }).fill('Hội Khuyến học tỉnh');
  await page.getByLabel('Thuộc loại nào').selectOption('association');
  await page.getByLabel('Ngày công').fill('3');
  await page.getByRole('button', { name: 'Ghi vào sổ vàng' }).click();
  await expect(page.locator('main')).toContainText('Đã ghi vào sổ vàng');
  await page.getByRole('link', { name: 'Về sổ vàng khuyến học' }).click();
  await expect(page.locator('tbody')).toContainText('Hội Khuyến học tỉnh');
});
