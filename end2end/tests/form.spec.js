// A form in few taps, and every tap can be taken back.
import { Api } from '../fixtures/api.js';
import { PHONE } from '../fixtures/browser.js';
import { FAMILIES, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FormPage } from '../pages/form.js';
import { SignInPage } from '../pages/sign-in.js';

/** The officer's phone with all its documents, and what the server knows. */
async function officersPhone(server, browsers) {
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const rows = await officer.subjects(village);
  const phone = await browsers(PHONE);
  const { page } = phone;
  await page.addInitScript(() => {
    globalThis.shakes = 0;
    navigator.vibrate = () => (globalThis.shakes += 1);
  });
  await new SignInPage(page).as(server.url, OFFICER);
  const form = new FormPage(page);
  await form.expectAllReceived();
  return { officer, village, rows, phone, page, form };
}

const untouched = (row) => row.stage === null;

/** The family's form of the year, as the server has it. */
async function formOf(officer, id) {
  const detail = await officer.get('/api/v1/subject', { id });
  const { year } = officer.session;
  const heads = detail.assessments.map((form) => [form, form.about.assessment]);
  return heads.find(([, head]) => head.year === year && head.title === FAMILIES)?.[0];
}

test('one family in eight taps, three in a row without leaving the form', async ({ server, browsers }) => {
  const { officer, page, form } = await officersPhone(server, browsers);
  await page.goto(`${server.url}/`);
  let taps = 1;
  await page.getByRole('link', { name: `Chấm tiếp ở bản ${VILLAGE}` }).click();
  const scored = [];
  for (let family = 0; family < 3; family += 1) {
    scored.push(new URL(page.url()).pathname.split('/')[2]);
    taps += await form.complete();
    expect(taps).toBeLessThanOrEqual(8);
    // The result stands at the top of the screen at once, and has the focus.
    await expect(form.result).toBeInViewport();
    await expect(page.locator('.outcome')).toBeFocused();
    await expect(form.result).toContainText('Đã chấm xong hộ');
    expect(await page.evaluate(() => globalThis.shakes)).toBe(family + 1);
    if (family === 0) await look(page, PHONE, 'form-done');
    taps = 1;
    const name = (await form.next.innerText()).replace(/^Tiếp: /, '');
    await form.next.click();
    await expect(form.heading).toHaveText(name);
  }
  expect(new Set(scored).size).toBe(3);
  await form.expectAllReceived(40_000);
  for (const id of scored) expect((await formOf(officer, id)).about.assessment.stage).toBe('submitted');
});

test('what is missing is listed and nothing is changed', async ({ server, browsers }) => {
  const { officer, rows, page, form } = await officersPhone(server, browsers);
  const family = rows.find(untouched);
  await page.goto(`${server.url}/subject/${family.id}/score`);
  await form.finish.click();
  const missing = page.locator('.outcome .error-summary');
  await expect(missing).toBeInViewport();
  await expect(missing.getByRole('heading')).toContainText('chưa trả lời');
  await expect(missing).not.toContainText('bước');
  await look(page, PHONE, 'form-missing');
  const first = missing.getByRole('link').first();
  const asked = await first.innerText();
  await first.click();
  await expect(page.locator('.answer-line:focus')).toContainText(asked);
  await expect(form.status).not.toContainText('chờ gửi');
  expect(await formOf(officer, family.id)).toBeUndefined();

  await form.complete();
  await expect(missing).toHaveCount(0);
});

test('a tap is taken back as if it had never been', async ({ server, browsers }) => {
  const { officer, rows, page, form } = await officersPhone(server, browsers);
  const family = rows.find(untouched);
  await page.goto(`${server.url}/subject/${family.id}/score`);
  const given = form.line('GD.2a').locator('.given');
  await form.best.nth(1).click();
  await expect(given).toHaveText('10 điểm');
  await look(page, PHONE, 'form-undo');
  await form.undo.click();
  await expect(given).toContainText('–');
  await expect(form.undo).toHaveCount(0);
  await expect(form.status).not.toContainText('chờ gửi');

  // One answer, later than six seconds, is taken back by hand.
  await form.line('GD.2a').click();
  await page.getByText('Đủ 10').click();
  await expect(given).toHaveText('10 điểm');
  await form.expectAllReceived(40_000);
  await expect(form.undo).toHaveCount(0);
  await page.getByRole('button', { name: 'Bỏ câu trả lời' }).click();
  await expect(given).toContainText('–');
  await form.expectAllReceived(40_000);
  expect((await formOf(officer, family.id)).fields['village.GD.2a']).toBeNull();

  // A finish is taken back before the commune has it.
  await form.complete();
  await form.undo.click();
  await expect(form.result).toHaveCount(0);
  await expect(form.finish).toBeVisible();
  await form.expectAllReceived(40_000);
  expect((await formOf(officer, family.id)).about.assessment.stage).toBe('in_progress');
});

test('a part asks for its points, and nothing moves', async ({ server, browsers }) => {
  const { rows, page, form } = await officersPhone(server, browsers);
  const family = rows.find(untouched);
  await page.goto(`${server.url}/subject/${family.id}/score`);
  await form.line('GD.2a').click();
  const part = page.getByText('Một phần', { exact: true });
  // On the page, wherever it is scrolled to.
  const place = () => part.evaluate((it) => it.getBoundingClientRect().top + scrollY);
  const before = await place();
  await part.click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText('Được mấy điểm');
  await look(page, PHONE, 'form-part');
  // Put off, it leaves the question as it was.
  await question.getByRole('button', { name: 'Thôi, để như cũ' }).click();
  await expect(form.line('GD.2a').locator('.given')).toContainText('–');
  expect(await place()).toBe(before);
  await expect(page.getByRole('radio', { checked: true })).toHaveCount(0);
  await part.click();
  await question.getByRole('button', { name: '7', exact: true }).click();
  await expect(form.line('GD.2a').locator('.given')).toHaveText('7 điểm');
  await expect(page.getByText('Một phần: 7')).toBeVisible();
});

test('a sent form opens to read and is mended on purpose', async ({ server, browsers }) => {
  const { officer, rows, page, form } = await officersPhone(server, browsers);
  const family = rows.find((row) => row.stage === 'submitted');
  await page.goto(`${server.url}/subject/${family.id}/score`);
  await expect(page.getByText('Phiếu đã gửi xã')).toBeVisible();
  await expect(form.finish).toHaveCount(0);
  await form.line('GD.3a').click();
  await expect(page.getByRole('radio').first()).toBeDisabled();
  await look(page, PHONE, 'form-sent');
  await page.getByRole('button', { name: 'Sửa phiếu' }).click();
  const choices = page.getByRole('radio');
  const other = (await choices.nth(0).isChecked()) ? 1 : 0;
  await choices.nth(other).check({ force: true });
  await page.getByRole('button', { name: 'Sửa xong' }).click();
  await expect(page.getByText('Phiếu đã gửi xã')).toBeVisible();
  await form.expectAllReceived(40_000);
  const fields = (await formOf(officer, family.id)).fields;
  expect(fields['village.GD.3a']).toBe(other === 0);
});

test('what a score says is true', async ({ server, browsers }) => {
  const { rows, page, form } = await officersPhone(server, browsers);
  await page.goto(`${server.url}/`);
  await expect(page.getByText('kết quả để khảo sát')).toBeVisible();
  const family = rows.find(untouched);
  await page.goto(`${server.url}/subject/${family.id}`);
  await page.locator('summary').filter({ hasText: 'Sửa thông tin' }).click();
  await page.locator('#edit-children').fill('0');
  await page.locator('#edit-children').blur();
  await page.goto(`${server.url}/subject/${family.id}/score`);
  await expect(page.getByText('kết quả để khảo sát')).toBeVisible();
  // The exemption that was granted, and not the criterion's own for a sick child.
  await form.line('GD.1a').click();
  await expect(page.getByText('Theo thông tin gia đình: Nhà không có trẻ trong độ tuổi đi học')).toBeVisible();
  // What is not counted says so before anybody scores.
  const uncounted = page.locator('.group-card').filter({ hasText: 'Điều kiện học tập của gia đình' });
  await expect(uncounted.locator('.card-head')).toContainText('Không tính điểm');
  // All answered and not passing is not "enough".
  await form.line('GD.2a').click();
  await page.locator('.answers').getByText('0', { exact: true }).click();
  await form.complete();
  await expect(form.foot).toContainText('đã trả lời hết');
  await expect(form.result).toContainText('Chưa đủ điểm');
});
