// The year as data: an area sets days, a commune has them and sets an earlier one, and a phone says the next without a signal.
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { AREA, COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look, looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FieldPage } from '../pages/field.js';
import { openMore } from '../pages/more.js';
import { SignInPage } from '../pages/sign-in.js';

/** So many days from today in Viet Nam, as an office writes it. */
function inDays(days) {
  const [year, month, day] = new Date(Date.now() + (7 + 24 * days) * 3_600_000).toISOString().slice(0, 10).split('-');
  return `${day}/${month}/${year}`;
}

async function set(page, step, day) {
  await page.getByLabel(step).fill(day);
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
}

test('an area sets days, a commune an earlier one, and a phone without a signal says the next', async ({
  server,
  browsers,
}) => {
  test.slow();
  const area = await browsers(DESK);
  await new SignInPage(area.page).as(server.url, AREA);
  const year = area.page.getByRole('link', { name: 'Lịch năm', exact: true });
  await openMore(area.page);
  await expect(year).toBeVisible();
  await year.click();
  await expect(area.page.getByRole('heading', { level: 1 })).toContainText('Lịch năm');
  await looks(area.page, 'campaign-area');
  await area.page.emulateMedia({ colorScheme: 'dark' });
  await look(area.page, DESK, 'campaign-area-dark');
  await area.page.emulateMedia({ colorScheme: 'light' });
  await set(area.page, 'Gửi xã', inDays(4));
  await expect(area.page.locator('main')).toContainText('Đã lưu');
  await expect(area.page.getByLabel('Gửi xã')).toHaveValue(inDays(4));

  // The commune has the area's day, may not be later, and is earlier.
  const commune = await browsers(DESK);
  const { page } = commune;
  // A form that has to be mended.
  commune.expected.push('400');
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/commune`);
  await expect(page.locator('#year')).toContainText('Lịch năm');
  await looks(page, 'campaign-commune-home');
  await page.getByRole('link', { name: 'Mở lịch năm' }).click();
  await page.getByLabel('Danh hiệu').selectOption('');
  await page.getByRole('button', { name: 'Mở', exact: true }).click();
  await expect(page.locator('.campaign')).toContainText(`: ${inDays(4)}`);
  await set(page, 'Gửi xã', inDays(5));
  await expect(page.getByRole('alert').first()).toContainText(`cấp trên đặt ${inDays(4)}`);
  await looks(page, 'campaign-wrong');
  await set(page, 'Gửi xã', inDays(2));
  await expect(page.locator('main')).toContainText('Đã lưu');
  await looks(page, 'campaign-commune');

  // Somebody else saves while the page is open.
  const chair = await browsers(DESK);
  await new SignInPage(chair.page).as(server.url, 'chutichxa');
  await chair.page.goto(`${server.url}/campaign`);
  await set(chair.page, 'Gửi xã', inDays(3));
  await expect(chair.page.locator('main')).toContainText('Đã lưu');
  await set(page, 'Gửi xã', inDays(1));
  await expect(page.locator('main')).toContainText('người khác vừa lưu lịch này');
  await expect(page.locator('.campaign')).toContainText(`Vừa được lưu: ${inDays(3)}`);
  await expect(page.getByLabel('Gửi xã')).toHaveValue(inDays(1));
  await looks(page, 'campaign-overtaken');
  await set(page, 'Gửi xã', inDays(2));
  await expect(page.locator('main')).toContainText('Đã lưu');

  const phone = await browsers(PHONE);
  const field = await FieldPage.takenAway(phone, server, OFFICER);
  await phone.page.goto(`${server.url}/`);
  await field.expectOffline();
  const officer = await Api.signIn(server, OFFICER);
  const families = await officer.subjects(officer.unit(VILLAGE));
  const open = families.filter((row) => ['registered', 'in_progress', 'returned'].includes(row.stage)).length;
  const line = phone.page.locator('.village-card .next-step');
  await expect(line).toHaveText(`Hạn gửi xã: ${inDays(2)} · còn 2 ngày, ${open} gia đình chưa gửi`);
  await line.scrollIntoViewIfNeeded();
  await look(phone.page, PHONE, 'campaign-phone');

  // The commune has become earlier than today: the phone hears of it with its next exchange.
  await set(page, 'Gửi xã', inDays(-3));
  await expect(page.locator('main')).toContainText('Đã lưu');
  await phone.context.setOffline(false);
  await expect(line).toHaveText(`Quá hạn gửi xã 3 ngày (${inDays(-3)}) · ${open} gia đình chưa gửi`, { timeout: 60_000 });
  await line.scrollIntoViewIfNeeded();
  await look(phone.page, PHONE, 'campaign-phone-late');

  // Where the forms wait: what was sent late, and what lies too long.
  await page.goto(`${server.url}/commune/queue?title=learning_unit`);
  await expect(page.locator('tbody')).toContainText('quá hạn 3 ngày');
  await looks(page, 'campaign-queue');
  await page.locator('tbody').getByRole('link').first().click();
  await expect(page.locator('#decide')).toContainText('Bước tới: Thẩm tra');
  await looks(page, 'campaign-submission');
  await page.goto(`${server.url}/dashboard/subject/${families.find((row) => row.stage === 'returned').id}`);
  await expect(page.locator('main')).toContainText('Bước tới: Gửi xã');
  await looks(page, 'campaign-subject');
});
