// Initiatives: one is noted with its author, stands in the register and its file, is offered as what the author is commended for, and told
// in their report of achievements.
import { DESK } from '../fixtures/browser.js';
import { COMMUNE } from '../fixtures/demo.js';
import { looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';

const NAME = 'Lớp xóa mù chữ bên bếp lửa';

test('an initiative is noted, found in the register, commended and reported', async ({ server, browsers }) => {
  test.slow();
  const clerk = await browsers(DESK);
  clerk.expected.push('400');
  const { page } = clerk;
  await new SignInPage(page).as(server.url, COMMUNE);
  // Somebody who holds the title of the year before, and who is not commended yet.
  await page.goto(`${server.url}/decisions`);
  await page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link').last().click();
  await page.locator('#awards').getByRole('link', { name: /^Chọn người được khen/ }).first().click();
  const choosing = page.url();
  const year = new URL(choosing).searchParams.get('year');
  const author = await page.locator('tbody tr').first().getByRole('link').first().innerText();

  await page.goto(`${server.url}/contributions`);
  const way = page.locator('main').getByRole('link', { name: 'Sáng kiến', exact: true });
  await expect(way).toBeVisible();
  await way.click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Sáng kiến khuyến học');
  await looks(page, 'initiatives-before');
  await page.getByRole('link', { name: 'Ghi sáng kiến' }).click();
  await looks(page, 'initiative-new');

  // Looking keeps what was typed.
  await page.getByLabel('Tên sáng kiến').fill(NAME);
  await page.getByLabel('Năm', { exact: true }).fill(year);
  await page.getByLabel('Tìm tên').fill(author);
  await page.getByRole('button', { name: 'Tìm', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'chọn đúng tác giả' })).toBeVisible();
  await expect(page.getByLabel('Tên sáng kiến')).toHaveValue(NAME);
  await looks(page, 'initiative-found');
  await page.locator('input[name="author"]').first().check();

  // What is missing is told, and the author stays chosen.
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByRole('alert')).toContainText('là làm gì');
  await expect(page.locator('input[name="author"]').first()).toBeChecked();
  await looks(page, 'initiative-mend');
  await page.getByLabel('Nội dung').fill('Tối nào cũng học một giờ bên bếp lửa, con dạy mẹ.');
  await page.getByLabel('Áp dụng và hiệu quả').fill('Mười hai nhà làm theo.');
  await page.getByLabel('Ai công nhận').fill('Ủy ban nhân dân xã');
  await page.getByLabel('Số văn bản').fill('12/QĐ-UBND');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.locator('main')).toContainText('Đã ghi sáng kiến');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(NAME);
  await expect(page.locator('main')).toContainText(author);
  await looks(page, 'initiative');

  await page.getByRole('link', { name: 'Sáng kiến khuyến học' }).click();
  const row = page.locator('tbody tr').filter({ hasText: NAME });
  await expect(row).toContainText(author);
  await looks(page, 'initiatives');
  const file = page.getByRole('link', { name: /xlsx/ }).first();
  await expect(file).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), file.click()]);
  expect(download.suggestedFilename()).toMatch(/^sang-kien.*\.xlsx$/);

  // The author's own page has it.
  await row.getByRole('link', { name: NAME }).click();
  await page.locator('main').getByRole('link', { name: author }).first().click();
  await expect(page.locator('#initiatives')).toContainText(NAME);
  await looks(page, 'initiative-author');

  // Commended for it, without a word typed.
  await page.goto(choosing);
  await expect(page.locator('tbody tr').first()).toContainText(NAME);
  await page.locator('input[name="subject"]').first().check();
  await page.getByRole('button', { name: 'Lập danh sách khen thưởng' }).click();
  await expect(page.locator('#deeds textarea')).toHaveValue(new RegExp(`ó sáng kiến .*“${NAME}”`));
  await page.getByRole('button', { name: 'Ghi thành tích' }).click();
  await expect(page.locator('#list')).toContainText(NAME);
  await expect(page.locator('#reports')).toContainText('Mẫu của Nghị định 152/2025 chưa đọc được');
  await looks(page, 'initiative-commended');
  await page.getByRole('button', { name: 'Làm báo cáo .pdf' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Báo cáo thành tích');
  const made = page.getByRole('link', { name: /^Tải về/ });
  await expect(made).toBeVisible({ timeout: 60_000 });
  const report = await page.request.get(`${server.url}${await made.getAttribute('href')}`);
  expect((await report.body()).subarray(0, 5).toString()).toBe('%PDF-');
});
