// A village's review meeting: its votes written down without a signal, with a photo of the minutes; the commune reads both.
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look, looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FieldPage } from '../pages/field.js';
import { FormPage } from '../pages/form.js';
import { SignInPage } from '../pages/sign-in.js';

/** A page of paper, as a camera sees it. */
async function paper(page) {
  const base64 = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 900, height: 1200 });
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#f4efe2';
    pen.fillRect(0, 0, 900, 1200);
    pen.fillStyle = '#223';
    for (let line = 0; line < 24; line += 1) pen.fillRect(90, 120 + line * 40, 500 + ((line * 131) % 220), 8);
    return canvas.toDataURL('image/jpeg', 0.8).split(',')[1];
  });
  return { name: 'bien-ban.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(base64, 'base64') };
}

test('a meeting votes without a signal, and the commune reads what it said', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const family = (await officer.subjects(village)).find((row) => row.stage === 'in_progress');
  const phone = await browsers(PHONE);
  const { page } = phone;
  const field = await FieldPage.takenAway(phone, server, OFFICER);
  await page.goto(`${server.url}/subject/${family.id}/score`);
  await new FormPage(page).complete();

  await page.goto(`${server.url}/village/${village}`);
  await page.getByRole('link', { name: 'Ghi kết quả họp bình xét' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Họp bình xét');
  const rows = page.locator('.votes .vote');
  const own = rows.filter({ hasText: family.name });
  await expect(own).toHaveCount(1);
  await look(page, PHONE, 'meeting-empty');

  // What is missing or cannot be is told beside its field, and nothing is written.
  await page.getByLabel('Ngày họp').fill('31/13/2026');
  await page.getByRole('button', { name: /^Ghi kết quả họp/ }).click();
  await expect(page.getByRole('alert').first()).toContainText('Hãy ghi ngày họp');
  await expect(page.getByRole('alert').first()).toContainText('Hãy ghi số người có mặt');
  await look(page, PHONE, 'meeting-wrong');
  const today = await page.evaluate(() => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date()));
  await page.getByLabel('Ngày họp').fill(today);
  await page.getByLabel('Số người có mặt').fill('25');
  await own.getByRole('textbox').fill('26');
  await page.getByRole('button', { name: /^Ghi kết quả họp/ }).click();
  await expect(page.getByRole('alert').first()).toContainText(family.name);
  await own.getByRole('textbox').fill('2');

  // A closed tab loses nothing of it.
  await page.reload();
  await expect(page.getByLabel('Số người có mặt')).toHaveValue('25');
  await expect(own.getByRole('textbox')).toHaveValue('2');
  const all = await rows.count();
  expect(all).toBeGreaterThan(1);
  const other = rows.filter({ hasNotText: family.name }).first();
  const otherName = await other.locator('label').first().innerText();
  await other.getByRole('checkbox').uncheck();
  await page.getByRole('button', { name: `Ghi kết quả họp (${all - 1} gia đình)` }).click();
  await expect(page.getByText(`Đã ghi họp ngày ${today}: ${all - 1} gia đình`)).toBeVisible();
  // The one that was not discussed is still there to be.
  await expect(page.locator('.votes').first().locator('.vote')).toHaveCount(1);
  await expect(page.locator('.votes').first()).toContainText(otherName);

  // Taken back as one, and written again.
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByText(`Đã ghi họp ngày ${today}`)).toHaveCount(0);
  await own.getByRole('textbox').fill('2');
  await page.getByRole('button', { name: `Ghi kết quả họp (${all} gia đình)` }).click();
  await expect(page.getByText(`Đã ghi họp ngày ${today}: ${all} gia đình`)).toBeVisible();

  await page.getByLabel('Chụp biên bản').setInputFiles(await paper(page));
  await expect(page.getByText('Đã có ảnh biên bản.')).toBeVisible();
  await look(page, PHONE, 'meeting-done');
  await page.goto(`${server.url}/subject/${family.id}`);
  // What the family gave this year is written beside it; money as people write it.
  await page.getByText('Ghi đóng góp').click();
  await page.getByLabel('Ngày công đã góp').fill('3');
  await page.getByLabel('Tiền đã góp (đồng)').fill('1.500.000');
  await page.getByLabel('Đóng góp khác').fill('tặng 40 cuốn sách');
  await page.getByLabel('Đóng góp khác').blur();
  await expect(page.locator('dl.facts').first()).toContainText('1.500.000');
  await look(page, PHONE, 'gave');
  await expect(page.getByText(`Họp bình xét ${today}: 23/25 người đồng ý, 2 không đồng ý`)).toBeVisible();
  await phone.context.setOffline(false);
  await field.expectAllReceived(60_000);

  // At the desk: the votes beside the form, the photo behind a link, and the minutes filled in.
  const desk = await browsers(DESK);
  await new SignInPage(desk.page).as(server.url, COMMUNE);
  const clerk = await Api.signIn(server, COMMUNE);
  const row = (await clerk.subjects(village)).find((it) => it.id === family.id);
  expect(row.meeting).toMatchObject({ present: 25, in_favour: 23, against: 2 });
  const { assessments } = await clerk.get('/api/v1/subject', { id: family.id });
  await desk.page.goto(`${server.url}/commune/queue/${assessments[0].id}`);
  await expect(desk.page.getByText(`Họp bình xét ${today}: 23/25 người đồng ý, 2 không đồng ý`)).toBeVisible();
  await expect(desk.page.getByText('Đóng góp trong năm: Góp 3 ngày công, ủng hộ 1.500.000 đồng, tặng 40 cuốn sách')).toBeVisible();
  await looks(desk.page, 'queue-meeting');
  const photo = await desk.page.getByRole('link', { name: 'Xem ảnh biên bản' }).getAttribute('href');
  await expect.poll(async () => (await desk.context.request.get(`${server.url}${photo}`)).status(), { timeout: 60_000 }).toBe(200);
});
