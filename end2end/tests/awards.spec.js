// Commendations: those who hold their title are chosen, what each did is written, the chair signs, and the paper says it. What a higher
// authority gives is proposed, and its answer recorded.
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

test('a clerk proposes to the province, completes the dossier, and records what the province decided', async ({ server, browsers }) => {
  test.slow();
  const clerk = await browsers(DESK);
  const { page } = clerk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/decisions`);
  await page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link').last().click();
  // The demo has a proposal that waits for its answer.
  await expect(page.locator('#decisions')).toContainText('Đã trình cấp trên');
  await page.locator('#awards').getByRole('link', { name: /^Chọn người được khen/ }).first().click();
  const forms = page.getByRole('navigation', { name: 'Hình thức khen thưởng' });
  await forms.getByRole('link', { name: 'Bằng khen tỉnh' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('đề nghị cấp trên khen');
  const boxes = page.locator('input[name="subject"]');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await boxes.nth(2).check();
  await looks(page, 'proposal-draft');
  await page.getByRole('button', { name: 'Lập danh sách đề nghị' }).click();
  await expect(page.locator('#list tbody tr')).toHaveCount(3);
  await page.locator('#deeds textarea').first().fill(DEED);
  await page.getByRole('button', { name: 'Ghi thành tích' }).click();
  await expect(page.locator('main')).toContainText('còn thiếu 3 loại giấy tờ');
  const address = page.url().replace(/[?#].*/, '');
  const letter = await page.request.get(`${address}/paper/to-trinh.pdf`);
  expect((await letter.body()).subarray(0, 5).toString()).toBe('%PDF-');
  await looks(page, 'proposal-dossier');
  for (const piece of ['Tờ trình kèm danh sách', 'Báo cáo thành tích', 'Biên bản họp xét']) {
    await page.locator('#dossier').getByLabel(piece).check();
  }
  await page.getByRole('button', { name: 'Ghi giấy tờ đã có' }).click();
  await page.getByLabel('Số, ký hiệu').fill('45/TTr-UBND');
  // Who signed is asked for, and what was typed stands.
  await page.getByRole('button', { name: 'Ghi đã gửi: đề nghị 3 trong danh sách' }).click();
  await expect(page.getByRole('alert')).toContainText('Còn chỗ cần sửa');
  await expect(page.getByLabel('Số, ký hiệu')).toHaveValue('45/TTr-UBND');
  await page.getByLabel('Người ký').fill('Đèo Văn Ín');
  await looks(page, 'proposal-to-send');
  await page.getByRole('button', { name: 'Ghi đã gửi: đề nghị 3 trong danh sách' }).click();
  await expect(page.locator('main')).toContainText('45/TTr-UBND');

  // The answer: one of them was not given it.
  const given = page.locator('#list input[name="subject"]');
  await expect(given.nth(2)).toBeChecked();
  await given.nth(2).uncheck();
  await page.getByLabel('Số, ký hiệu').fill('1208/QĐ-UBND');
  await page.getByRole('button', { name: 'Ghi kết quả' }).click();
  // Who signed is wanting; what was ticked and typed stands.
  await expect(page.getByRole('alert')).toContainText('Còn chỗ cần sửa');
  await expect(given.nth(2)).not.toBeChecked();
  await expect(page.getByLabel('Số, ký hiệu')).toHaveValue('1208/QĐ-UBND');
  await page.getByLabel('Người ký').fill('Lê Văn Lương');
  await looks(page, 'proposal-answered');
  await page.getByRole('button', { name: 'Ghi kết quả' }).click();
  await expect(page.locator('#list')).toContainText('Không được khen');
  await expect(page.locator('#scans')).toBeVisible();
  await expect(page.locator('#certificates')).toHaveCount(0);
  await looks(page, 'proposal-concluded');
});
