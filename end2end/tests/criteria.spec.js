// Sets of criteria: the families' set, of which the official table was not whole, is completed by two people.
import { readFileSync } from 'node:fs';
import { DESK } from '../fixtures/browser.js';
import { AREA, COMMUNE } from '../fixtures/demo.js';
import { looks } from '../fixtures/look.js';
import { scan } from '../fixtures/papers.js';
import { expect, test } from '../fixtures/test.js';
import { CriteriaPage } from '../pages/criteria.js';
import { openMore } from '../pages/more.js';
import { SignInPage } from '../pages/sign-in.js';

const ADMIN = 'quantri';

const toml = (text) => ({ name: 'gia_dinh_2026.toml', mimeType: 'text/plain', buffer: Buffer.from(text) });

test('one person gives a set with the scan of its paper, another compares and signs it', async ({ server, browsers }) => {
  test.slow();
  const clerk = await browsers(DESK);
  await new SignInPage(clerk.page).as(server.url, COMMUNE);
  await clerk.page.goto(`${server.url}/decisions`);
  await clerk.page.getByRole('link', { name: 'Xem các bộ tiêu chí' }).first().click();
  await expect(clerk.page.getByRole('heading', { level: 1 })).toContainText('Bộ tiêu chí');
  await expect(clerk.page.locator('#give')).toHaveCount(0);

  const giver = await browsers(DESK, { acceptDownloads: true });
  giver.expected.push('400');
  const { page } = giver;
  await new SignInPage(page).as(server.url, AREA);
  await openMore(page);
  const sets = page.getByRole('link', { name: 'Bộ tiêu chí', exact: true });
  await expect(sets).toBeVisible();
  await sets.click();
  await looks(page, 'criteria');
  await page.getByRole('link', { name: /^Gia đình học tập \(Quyết định 448/ }).click();
  await looks(page, 'criteria-set');
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Tải tệp bộ tiêu chí' }).click();
  const partial = readFileSync(await (await coming).path(), 'utf8');
  await page.goto(`${server.url}/criteria`);

  // As it was downloaded, with another id: it says itself that it is not whole.
  const renamed = partial.replace('id = "gia_dinh_448"', 'id = "gia_dinh_2026"');
  const desk = new CriteriaPage(page);
  await desk.give(toml(renamed), scan('Kế hoạch 123.pdf'));
  await expect(page.locator('.error-summary')).toContainText('chưa đủ bảng chính thức');
  await looks(page, 'criteria-wrong');

  const points = { 'GD.2b': 20, 'GD.3a': 10, 'GD.3b': 10, 'GD.4a': 10, 'GD.4b': 10 };
  let whole = renamed
    .replace('status = "partial"', 'status = "complete"\ntotal = 100')
    .replace('min_permille = 800\nprovisional = true', 'min_total = 80')
    .replace('(Quyết định 448/QĐ-KHVN)"', '(Kế hoạch 123/KH-KHVN)"');
  for (const [code, max] of Object.entries({ ...points, 'GD.3': 20, 'GD.4': 20 })) {
    whole = whole.replace(`code = "${code}"`, `code = "${code}"\nmax = ${max}`);
  }
  await desk.give(toml(whole), scan('Kế hoạch 123.pdf'));
  await expect(page.locator('main')).toContainText('Đã nộp.');
  await expect(page.locator('#sign')).toHaveCount(0);
  await looks(page, 'criteria-given');

  const other = await browsers(DESK);
  await new SignInPage(other.page).as(server.url, ADMIN);
  const signing = new CriteriaPage(other.page);
  await signing.open(server.url);
  await signing.waiting('gia_dinh_2026').click();
  await expect(other.page.locator('main')).toContainText('0 mục mới, 5 mục đổi, 0 mục bỏ');
  await signing.sign.click();
  await expect(other.page.locator('.error-summary')).toContainText('đánh dấu vào ô xác nhận');
  await looks(other.page, 'criteria-compare');
  await signing.signOff();
  await looks(other.page, 'criteria-signed');

  // Families may be recognised from now on, once their forms are judged by it.
  await clerk.page.goto(`${server.url}/criteria/gia_dinh_2026`);
  await expect(clerk.page.locator('main')).toContainText('đối chiếu và ký ngày');
  await clerk.page.goto(`${server.url}/decisions`);
  await expect(clerk.page.getByRole('link', { name: 'Xem các bộ tiêu chí' })).toHaveCount(0);
});
