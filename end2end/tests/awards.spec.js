// Commendations: those who hold their title are chosen, what each did is written, the chair signs, and the paper says it.
import { DESK } from '../fixtures/browser.js';
import { COMMUNE } from '../fixtures/demo.js';
import { looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';

const LEADER = 'chutichxa';
const DEED = 'Dạy chữ cho 25 người lớn của bản, hiến 300 m² đất làm lớp học';

test('a clerk chooses whom to commend, the chair signs, and the paper says what for', async ({ server, browsers }) => {
  test.slow();
  const clerk = await browsers(DESK);
  const { page } = clerk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/decisions`);
  await looks(page, 'awards-none');
  // Last year's decisions are signed; this year nobody holds a title yet.
  const years = page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link');
  await years.last().click();
  const awards = page.locator('#awards');
  await expect(awards).toContainText('đang giữ danh hiệu');
  await looks(page, 'awards');
  await awards.getByRole('link', { name: /^Chọn người được khen/ }).first().click();
  await expect(page.locator('main')).toContainText('Tiền thưởng kèm theo');
  await page.getByRole('button', { name: 'Lập danh sách khen thưởng' }).click();
  await expect(page.locator('main')).toContainText('Chưa chọn ai');
  const boxes = page.locator('input[name="subject"]');
  await expect(boxes.first()).not.toBeChecked();
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await looks(page, 'award-draft');
  await page.getByRole('button', { name: 'Lập danh sách khen thưởng' }).click();
  await expect(page.locator('main')).toContainText('Đã lập danh sách khen thưởng');
  await expect(page.locator('#list tbody tr')).toHaveCount(2);
  await page.locator('#deeds textarea').first().fill(DEED);
  await page.getByRole('button', { name: 'Ghi thành tích' }).click();
  await expect(page.locator('main')).toContainText('Đã ghi thành tích');
  await expect(page.locator('#list')).toContainText(DEED);
  await expect(page.locator('#list')).toContainText('Có thành tích xuất sắc trong phong trào');
  await expect(page.locator('#sign')).toHaveCount(0);
  await looks(page, 'award-described');
  const address = page.url().replace(/[?#].*/, '');

  const chair = await browsers(DESK);
  await new SignInPage(chair.page).as(server.url, LEADER);
  await chair.page.goto(address);
  await chair.page.getByLabel('Số, ký hiệu').fill('301/QĐ-UBND');
  await looks(chair.page, 'award-to-sign');
  await chair.page.getByRole('button', { name: 'Ký: tặng giấy khen cho 2 trong danh sách' }).click();
  await expect(chair.page.locator('main')).toContainText('Đã ghi quyết định khen thưởng');
  await expect(chair.page.locator('#deeds')).toHaveCount(0);
  await looks(chair.page, 'award-signed');
  const paper = await chair.page.request.get(`${address}/paper/quyet-dinh.pdf`);
  expect(paper.ok()).toBe(true);
  expect((await paper.body()).subarray(0, 5).toString()).toBe('%PDF-');
  await chair.page.getByRole('button', { name: 'Làm tệp giấy khen' }).click();
  await expect(chair.page.getByRole('heading', { level: 1 })).toContainText('Giấy khen theo quyết định 301/QĐ-UBND');
  const made = chair.page.getByRole('link', { name: /^Tải về/ });
  await expect(made).toBeVisible({ timeout: 60_000 });
  const file = await chair.page.request.get(`${server.url}${await made.getAttribute('href')}`);
  expect((await file.body()).subarray(0, 5).toString()).toBe('%PDF-');
});
