// Corrections: a name on a signed decision is wrong, the clerk draws up another that corrects it, the chair signs, and both pages say so.
import { DESK } from '../fixtures/browser.js';
import { COMMUNE } from '../fixtures/demo.js';
import { looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';

const LEADER = 'chutichxa';
const RIGHT = 'Lò Thị Đúng';

test('a wrong name is corrected by a decision of its own, and its sheet is printed again', async ({ server, browsers }) => {
  test.slow();
  const clerk = await browsers(DESK);
  const { page } = clerk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/decisions`);
  await page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link').last().click();
  const decisions = page.locator('#decisions tbody tr');
  await decisions.filter({ hasText: 'Đã ký' }).filter({ hasNotText: 'Thu hồi' }).first().getByRole('link').first().click();
  const first = page.url().replace(/[?#].*/, '');
  const number = await page.locator('.facts dd', { hasText: '/QĐ-UBND' }).first().textContent();
  await page.getByRole('link', { name: 'Đính chính quyết định này' }).click();
  await page.getByText('Đính chính những dòng được chọn').click();
  // The first of the list has lost the title since.
  const boxes = page.locator('input[name="subject"]');
  await boxes.nth(1).check();
  await boxes.nth(2).check();
  await looks(page, 'correction-begun');
  await page.getByRole('button', { name: 'Lập quyết định đính chính' }).click();
  await expect(page.locator('main')).toContainText('Đã lập dự thảo đính chính');
  await expect(page.locator('main')).toContainText('2 dòng chưa ký được');
  await looks(page, 'correction-draft');
  const address = page.url().replace(/[?#].*/, '');
  const lines = page.locator('.mend');
  await expect(lines).toHaveCount(2);
  const wrong = await lines.first().locator('strong').textContent();
  const second = await lines.nth(1).locator('strong').textContent();
  await lines.first().getByLabel('Nay đọc là').fill(RIGHT);
  await page.getByLabel('Đính chính lời văn').fill('Tại Điều 2, “ghi tên vào sổ” nay đọc là “ghi tên vào sổ danh hiệu”');
  await page.getByRole('button', { name: 'Ghi nội dung đính chính' }).click();
  await expect(page.locator('main')).toContainText('1 dòng chưa ký được');
  // The other reads as it is printed, and is taken off.
  await page.getByRole('button', { name: `Bỏ ${second} khỏi danh sách` }).click();
  await expect(page.locator('main')).toContainText('đang chờ người có thẩm quyền ký');
  await looks(page, 'correction-worded');

  const chair = await browsers(DESK);
  await new SignInPage(chair.page).as(server.url, LEADER);
  await chair.page.goto(address);
  await chair.page.getByLabel('Số, ký hiệu').fill('401/QĐ-UBND');
  await looks(chair.page, 'correction-to-sign');
  await chair.page.getByRole('button', { name: 'Ký quyết định đính chính' }).click();
  await expect(chair.page.locator('main')).toContainText('Đã ghi quyết định đính chính');
  await expect(chair.page.locator('#list')).toContainText(wrong);
  await looks(chair.page, 'correction-signed');
  for (const file of ['quyet-dinh.pdf', 'quyet-dinh.docx']) {
    const paper = await chair.page.request.get(`${address}/paper/${file}`);
    expect(paper.ok()).toBe(true);
  }
  await chair.page.getByRole('button', { name: /Làm tệp/ }).click();
  await expect(chair.page.getByRole('heading', { level: 1 })).toContainText('401/QĐ-UBND');
  const made = chair.page.getByRole('link', { name: /^Tải về/ });
  await expect(made).toBeVisible({ timeout: 60_000 });

  await page.goto(first);
  await expect(page.locator('#corrections')).toContainText('401/QĐ-UBND');
  await expect(page.locator('#list')).toContainText(wrong);
  await expect(page.locator('#list')).toContainText(`${RIGHT} (theo 401/QĐ-UBND`);
  await looks(page, 'correction-original');
  await page.locator('#list').getByRole('link', { name: wrong, exact: true }).first().click();
  await expect(page.locator('main')).toContainText(`tên đọc là: ${RIGHT}`);
  await page.goto(`${server.url}/decisions`);
  await page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link').last().click();
  await expect(page.locator('#decisions')).toContainText(`Đính chính ${number.trim()}`);
  await looks(page, 'decisions-with-correction');
});
