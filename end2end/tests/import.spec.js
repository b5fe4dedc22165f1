// A clerk gives the commune's sheet, looks at what would become of each row, answers, writes, and takes it back.
import { resolve } from 'node:path';
import { DESK, PHONE } from '../fixtures/browser.js';
import { COMMUNE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { Server } from '../fixtures/server.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';

const SHEET = resolve(import.meta.dirname, '../../data/households_muong_so_2026.xlsx');

async function lookAtBoth(page, name) {
  for (const size of [PHONE, DESK]) {
    await page.setViewportSize(size);
    await look(page, size, name);
  }
}

test('a household list is previewed, asked about, written and taken back', async ({ server, browsers }) => {
  await imports(server, browsers, lookAtBoth);
});

test('so it is on PostgreSQL', async ({ browsers }) => {
  const server = await Server.onPostgres();
  try {
    // It looks the same; what differs lies below.
    await imports(server, browsers, async () => {});
  } finally {
    await server.close();
  }
});

test('a list of units is chosen, written and taken back', async ({ server, browsers }) => {
  const { page } = await browsers(DESK);
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/commune/import`);
  await page.getByLabel('Danh sách gì').selectOption({ label: 'Đơn vị' });
  const rows = ['STT;Tên đơn vị;Loại đơn vị;Bản', '1;Trạm Khuyến nông số 7;Cơ quan;', '2;Chợ phiên mẫu;Doanh nghiệp;Trung tâm xã'];
  const buffer = Buffer.from(rows.join('\n'));
  await page.getByLabel('Tệp danh sách').setInputFiles({ name: 'don_vi.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Xem trước' }).click();
  await page.getByLabel('Bản “Trung tâm xã”').selectOption({ label: 'Không thuộc bản nào, nằm ở xã' });
  await page.getByRole('button', { name: 'Trả lời và xem lại' }).click();
  await expect(page.locator('.headline')).toContainText('2 đơn vị mới');
  await lookAtBoth(page, 'import-units');
  await page.getByRole('button', { name: 'Ghi 2 đơn vị' }).click();
  await expect(page.getByText('Đã ghi: 2 đơn vị mới')).toBeVisible();
  await page.locator('summary', { hasText: 'Bỏ lần nhập' }).first().click();
  await page.getByRole('button', { name: /^Bỏ lần nhập/ }).first().click();
  await expect(page.getByText('2 đơn vị mới thôi tính')).toBeVisible();
});

/** From the sheet to the list of families, and back. */
async function imports(server, browsers, lookAtBoth) {
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/commune`);
  await page.getByRole('link', { name: 'Nhập danh sách' }).click();
  await lookAtBoth(page, 'import');
  await page.getByLabel('Tệp danh sách').setInputFiles(SHEET);
  await page.getByRole('button', { name: 'Xem trước' }).click();
  await expect(page.getByText('Chưa ghi gì.', { exact: true })).toBeVisible();
  await expect(page.getByText('Máy hỏi')).toBeVisible();
  await lookAtBoth(page, 'import-questions');

  for (const other of await page.getByLabel('Là hộ khác: giữ cả hai').all()) await other.check();
  await page.getByRole('button', { name: 'Trả lời và xem lại' }).click();
  const headline = page.locator('.headline');
  await expect(headline).toContainText(' 0 chờ trả lời');
  const fresh = Number((await headline.innerText()).match(/^(\d+) hộ mới/)[1]);
  expect(fresh).toBeGreaterThan(100);
  await lookAtBoth(page, 'import-preview');
  const refused = page.locator('details', { hasText: 'Không nhận' });
  await expect(refused.locator('tbody tr').first()).toBeVisible();

  await page.getByRole('button', { name: /^Ghi \d+ hộ$/ }).click();
  await expect(page.getByText(`Đã ghi: ${fresh} hộ mới`)).toBeVisible();
  await lookAtBoth(page, 'import-done');
  await page.getByRole('link', { name: 'Xem danh sách của xã' }).click();
  await expect(page.locator('tbody tr').first()).toBeVisible();
  await page.goBack();

  await page.locator('summary', { hasText: 'Bỏ lần nhập' }).click();
  await page.getByRole('button', { name: /^Bỏ lần nhập/ }).click();
  await expect(page.getByText(`${fresh} hộ mới thôi tính`)).toBeVisible();
  await lookAtBoth(page, 'import-undone');
}
