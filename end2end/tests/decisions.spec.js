// Decisions: a list is drawn up and signed at desks, while a phone that knows those on it is away.
import { DESK, PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look, looks } from '../fixtures/look.js';
import { scan } from '../fixtures/papers.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

const LEADER = 'chutichxa';

test('a clerk draws up a list, the chair signs another, and a phone that was away hears of it', async ({
  server,
  browsers,
}) => {
  test.slow();
  const phone = await browsers(PHONE);
  await new SignInPage(phone.page).as(server.url, OFFICER);
  await phone.page.goto(`${server.url}/`);
  const list = new VillagePage(phone.page);
  await list.expectAllReceived(60_000);
  await list.readyForOffline();
  await phone.context.setOffline(true);

  const clerk = await browsers(DESK);
  await new SignInPage(clerk.page).as(server.url, COMMUNE);
  await clerk.page.getByRole('link', { name: 'Quyết định', exact: true }).click();
  await looks(clerk.page, 'decisions');
  await clerk.page.getByRole('link', { name: 'Lập danh sách' }).first().click();
  await looks(clerk.page, 'decision-draft');
  const boxes = clerk.page.locator('input[name="subject"]');
  const all = await boxes.count();
  expect(all).toBeGreaterThan(3);
  await boxes.first().uncheck();
  await clerk.page.getByRole('button', { name: 'Lập danh sách để trình ký' }).click();
  await expect(clerk.page.locator('main')).toContainText('Đã lập danh sách');
  await expect(clerk.page.locator('#list tbody tr')).toHaveCount(all - 1);
  // A clerk signs nothing, and is told who does.
  await expect(clerk.page.locator('#sign')).toHaveCount(0);
  await expect(clerk.page.locator('main')).toContainText('đang chờ người có thẩm quyền ký');
  await looks(clerk.page, 'decision-proposed');
  await clerk.page.getByText('Bỏ dự thảo này').click();
  await clerk.page.getByRole('button', { name: 'Bỏ dự thảo' }).click();
  await expect(clerk.page.locator('main')).toContainText('Các phiếu trở về như trước khi trình');

  const chair = await browsers(DESK);
  const { page } = chair;
  await new SignInPage(page).as(server.url, LEADER);
  await page.goto(`${server.url}/decisions`);
  const drafts = page.getByRole('row').filter({ hasText: 'Đang trình' });
  await drafts.getByRole('link').first().click();
  await page.getByRole('button', { name: /^Ký: công nhận/ }).click();
  await expect(page.locator('#sign')).toContainText('Hãy ghi số, ký hiệu của quyết định');
  await looks(page, 'decision-wrong');
  await page.getByLabel('Số, ký hiệu').fill('201/QĐ-UBND');
  await page.getByLabel('Ngày', { exact: true }).fill('45');
  await page.getByRole('button', { name: /^Ký: công nhận/ }).click();
  await expect(page.locator('#sign')).toContainText('Ngày ký phải là ngày có thật');
  await expect(page.getByLabel('Số, ký hiệu')).toHaveValue('201/QĐ-UBND');
  const today = new Date(Date.now() + 7 * 3_600_000);
  await page.getByLabel('Ngày', { exact: true }).fill(String(today.getUTCDate()));
  const ours = page.locator('#list tbody tr').filter({ hasText: VILLAGE });
  const name = await ours.first().getByRole('link').first().innerText();
  await page.getByRole('button', { name: /^Ký: công nhận/ }).click();
  await expect(page.locator('main')).toContainText('Đã ghi quyết định');
  await expect(page.locator('main')).toContainText('201/QĐ-UBND');
  await looks(page, 'decision-signed');
  // The paper as it was signed is kept with it.
  await page.getByLabel('Bản scan').setInputFiles(scan('QĐ 201.pdf'));
  await page.getByRole('button', { name: 'Gửi bản scan' }).click();
  await expect(page.locator('#scans').getByRole('link', { name: 'QĐ 201.pdf' })).toBeVisible();
  await looks(page, 'decision-scanned');

  await phone.context.setOffline(false);
  await list.expectAllReceived(60_000);
  await phone.page.goto(`${server.url}/`);
  await phone.page.getByRole('link', { name: `Bản ${VILLAGE}`, exact: true }).click();
  await phone.page.getByRole('link', { name: /^Công dân/ }).first().click();
  await list.search.fill(name);
  await phone.page.getByRole('link', { name: new RegExp(name) }).first().click();
  await expect(phone.page.locator('main')).toContainText('Đã công nhận', { timeout: 40_000 });
  await look(phone.page, PHONE, 'citizen-recognised');

  // What was given is taken back by another decision only, with a reason.
  const row = page.locator('#list tbody tr').filter({ hasText: name });
  await row.getByRole('checkbox').check();
  await page.getByText('Thu hồi danh hiệu của những người được chọn').click();
  await page.getByLabel('Lý do thu hồi').fill('Khai chưa đúng số lớp đã học');
  await page.getByRole('button', { name: 'Lập quyết định thu hồi' }).click();
  await page.getByLabel('Số, ký hiệu').fill('0201/qđ-ubnd');
  await page.getByRole('button', { name: /^Ký: thu hồi/ }).click();
  await expect(page.locator('#sign')).toContainText('Số này đã có ở một quyết định khác');
  await page.getByLabel('Số, ký hiệu').fill('202/QĐ-UBND');
  await page.getByRole('button', { name: /^Ký: thu hồi/ }).click();
  await expect(page.locator('main')).toContainText('Đã ghi quyết định');
  await looks(page, 'decision-revoked');
  await page.locator('#list').getByRole('link', { name }).click();
  await expect(page.locator('main')).toContainText('Đã thu hồi danh hiệu');
});

test('a complaint keeps a form from every list until it is settled', async ({ server, browsers }) => {
  const { page } = await browsers(DESK);
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/decisions/draft?title=learning_citizen`);
  const name = await page.locator('tbody tr').first().getByRole('link').first().innerText();
  await page.locator('tbody tr').first().getByRole('link').first().click();
  // The newest form stands first.
  const summary = page.locator('.decide summary', { hasText: 'Tạm dừng xét' }).first();
  await summary.click();
  const hold = summary.locator('..');
  await hold.getByLabel('Vì sao').fill('Có đơn của bà con');
  await hold.getByRole('button', { name: 'Tạm dừng xét' }).click();
  await expect(page.locator('main')).toContainText('Đang tạm dừng xét: Có đơn của bà con');
  await looks(page, 'form-on-hold');
  await page.goto(`${server.url}/decisions/draft?title=learning_citizen`);
  await expect(page.locator('tbody').getByRole('link', { name, exact: true })).toHaveCount(0);
  await page.locator('summary', { hasText: 'chưa vào được' }).click();
  const line = page.locator('li').filter({ hasText: name });
  await expect(line).toContainText('Đang tạm dừng xét: Có đơn của bà con');
  await line.getByRole('link').click();
  await page.getByRole('button', { name: 'Xét tiếp' }).click();
  await expect(page.locator('main')).toContainText('Phiếu được xét tiếp');
});

test('an association gives its symbol, and a test sheet is drawn for printed stock', async ({ server, browsers }) => {
  const { page } = await browsers(DESK);
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/letterhead`);
  await expect(page.locator('main')).toContainText('chỗ Quốc huy để trống');
  await page.getByLabel('Loại cơ quan').selectOption('association');
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await page.getByLabel('Tệp biểu tượng').setInputFiles({ name: 'hoi.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
  await page.getByRole('button', { name: 'Tải biểu tượng lên' }).click();
  await expect(page.locator('#symbol')).toContainText('Tệp này không in được');
  const icon = await page.request.get(`${server.url}/icons/icon-192.png`);
  await page.getByLabel('Tệp biểu tượng').setInputFiles({ name: 'hoi.png', mimeType: 'image/png', buffer: await icon.body() });
  await page.getByRole('button', { name: 'Tải biểu tượng lên' }).click();
  await expect(page.locator('#symbol')).toContainText('Đã lưu biểu tượng');
  await expect(page.getByAltText('Biểu tượng đang dùng')).toBeVisible();
  await looks(page, 'letterhead-symbol');

  await page.goto(`${server.url}/decisions`);
  await page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link').last().click();
  const signed = page.locator('#decisions tbody tr').filter({ hasText: 'Đã ký' }).filter({ hasNotText: 'Thu hồi' });
  await expect(signed.first()).toBeVisible();
  await signed.first().getByRole('link').first().click();
  await expect(page.getByRole('button', { name: 'In tờ thử' })).toBeVisible();
  await looks(page, 'certificates-form');
  const sheet = await page.request.get(`${page.url().replace(/[?#].*/, '')}/test-print?stock=1&right=-2,5&down=3`);
  expect((await sheet.body()).subarray(0, 5).toString()).toBe('%PDF-');
});
