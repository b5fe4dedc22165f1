// Exemplars: a commune writes the story of somebody who holds a title and agreed, everybody reads it without an account, and it goes when
// they change their mind.
import { DESK, PHONE } from '../fixtures/browser.js';
import { COMMUNE } from '../fixtures/demo.js';
import { looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';

const STORY = 'Mỗi tối dạy chữ ở nhà văn hóa bản, từ sáu người nay thành hai mươi lăm người.';

test('a story is written by the commune, read by everybody, and deleted', async ({ server, browsers }) => {
  test.slow();
  const reader = await browsers(PHONE);
  await reader.page.goto(`${server.url}/sign-in`);
  await reader.page.getByRole('link', { name: 'Gương học tập' }).click();
  // The demo tells of some.
  await expect(reader.page.locator('.exemplar').first()).toBeVisible();
  await looks(reader.page, 'exemplars');
  const told = await reader.page.locator('.exemplar').count();

  const clerk = await browsers(DESK);
  clerk.expected.push('400');
  reader.expected.push('404');
  const { page } = clerk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/exemplars`);
  await looks(page, 'exemplars-desk');
  await page.goto(`${server.url}/decisions`);
  await page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link').last().click();
  const signed = page.locator('#decisions tbody tr').filter({ hasText: 'Đã ký' }).filter({ hasNotText: 'Thu hồi' });
  await expect(signed.first()).toBeVisible();
  await signed.first().getByRole('link').first().click();
  // Somebody of whom nothing is told yet.
  const line = page.locator('#list tbody tr').last().getByRole('link').first();
  const name = await line.innerText();
  await line.click();
  await page.getByRole('link', { name: 'Nêu gương trên trang chung' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
  await page.getByLabel('Câu chuyện').fill(STORY);
  await page.getByLabel('Xã đồng ý giới thiệu trên trang chung').check();
  await page.getByRole('button', { name: 'Lưu' }).click();
  // Nobody has agreed yet; what was written stands.
  await expect(page.getByRole('alert')).toContainText('Hãy ghi ai đã đồng ý');
  await expect(page.getByLabel('Câu chuyện')).toHaveValue(STORY);
  await looks(page, 'exemplar-wrong');
  await page.getByLabel('Ai đã đồng ý').fill(name);
  await page.getByLabel('Đồng ý ngày nào').fill('01/03/2026');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.locator('main')).toContainText('Đã lưu và giới thiệu trên trang chung');
  await looks(page, 'exemplar-written');

  await reader.page.reload();
  await expect(reader.page.locator('.exemplar')).toHaveCount(told + 1);
  await reader.page.locator('.exemplar').getByRole('link', { name, exact: true }).first().click();
  await expect(reader.page.locator('main')).toContainText(STORY);
  await looks(reader.page, 'exemplar');

  await page.getByText('Người được kể đổi ý').click();
  await page.getByRole('button', { name: 'Gỡ và xóa' }).click();
  await expect(page.locator('main')).toContainText('xóa hẳn');
  const answer = await reader.page.reload();
  expect(answer.status()).toBe(404);
  await expect(reader.page.locator('main')).toContainText('không còn được giới thiệu');
  await looks(reader.page, 'exemplar-gone');
});
