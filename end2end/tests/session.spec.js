// Out and in again, a session that ends under the hands, and a browser that runs no scripts.
import { Api } from '../fixtures/api.js';
import { PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, PASSWORD, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FieldPage } from '../pages/field.js';
import { HouseholdPage } from '../pages/household.js';
import { SignInPage } from '../pages/sign-in.js';

/** Ends the browser's session at the server; the browser keeps its cookie and knows nothing. */
async function endSession(server, phone) {
  const cookies = await phone.context.cookies();
  const answer = await fetch(`${server.url}/api/v1/logout`, {
    method: 'POST',
    headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
  });
  expect(answer.ok).toBe(true);
}

async function signOut(page) {
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Đăng xuất' }).click();
}

test('whoever signs out and in again is at home', async ({ server, browsers }) => {
  const { page } = await browsers(PHONE);
  const door = new SignInPage(page);
  await door.as(server.url, OFFICER);
  const field = new FieldPage(page);
  await field.expectAllReceived();
  await page.goto(`${server.url}/me`);
  await signOut(page);
  await door.button.waitFor();
  expect(new URL(page.url()).search).toBe('');
  await door.fill(OFFICER);
  await field.expectAllReceived();
  expect(new URL(page.url()).pathname).toBe('/');
  await expect(page.getByRole('heading', { name: `Bản ${VILLAGE}` })).toBeVisible();
});

test('a session that has ended is begun again on the spot', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const family = (await officer.subjects(officer.unit(VILLAGE))).find((row) => row.stage === 'in_progress');
  const phone = await browsers(PHONE);
  phone.expected.push('401');
  const { page } = phone;
  await new SignInPage(page).as(server.url, OFFICER);
  const field = new FieldPage(page);
  await field.expectAllReceived();
  const household = new HouseholdPage(page);
  await household.open(server.url, family.id);
  await household.edit.waitFor();
  await endSession(server, phone);

  await household.edit.click();
  await page.locator('#edit-note').fill('Ghi khi phiên đã hết');
  await page.locator('#edit-note').blur();
  const again = page.getByRole('main').getByRole('button', { name: 'Đăng nhập lại' });
  await expect(again).toBeVisible({ timeout: 30_000 });
  await look(page, PHONE, 'session-ended');
  await again.click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText(OFFICER);
  const password = question.getByLabel('Mật khẩu', { exact: true });
  await expect(password).toBeFocused();
  await password.fill('không phải');
  await question.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(question.getByRole('alert')).toContainText('chưa đúng');
  await look(page, PHONE, 'session-again');
  await password.fill(PASSWORD);
  await question.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(again).toHaveCount(0);
  await field.expectAllReceived();
  expect(new URL(page.url()).pathname).toBe(`/subject/${family.id}`);
  const detail = await officer.get('/api/v1/subject', { id: family.id });
  expect(detail.subject.fields.note).toBe('Ghi khi phiên đã hết');
});

test('signing out without a network says what signing in needs', async ({ server, browsers }) => {
  const phone = await browsers(PHONE);
  const { page } = phone;
  await new SignInPage(page).as(server.url, OFFICER);
  const field = new FieldPage(page);
  await field.expectAllReceived();
  await field.readyForOffline();
  await page.goto(`${server.url}/me`);
  await page.getByRole('button', { name: 'Đăng xuất' }).waitFor();
  await phone.context.setOffline(true);
  await page.goto(`${server.url}/me`);
  await field.expectOffline();
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await expect(page.getByRole('dialog')).toContainText('phải có mạng mới vào lại được');
  await look(page, PHONE, 'sign-out-offline');
  await page.getByRole('dialog').getByRole('button', { name: 'Đăng xuất' }).click();
  await expect(page.getByText('Máy đang không có mạng. Đăng nhập cần có mạng.')).toBeVisible();
});

test('without JavaScript the field says what needs it and leads to the desk', async ({ server, browsers }) => {
  const { page } = await browsers(PHONE, { javaScriptEnabled: false });
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('Tên đăng nhập').fill(COMMUNE);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  // A commune's own page needs no script.
  await expect(page.getByRole('link', { name: 'Việc của xã' })).toBeVisible();
  await page.goto(`${server.url}/`);
  // Playwright's texts leave out what stands in a noscript.
  const words = page.locator('noscript');
  await expect(words.locator('p').first()).toBeVisible();
  await page.screenshot({ path: 'test-results/screens/noscript-360.png' });
  await words.locator('a').click();
  await expect(page.getByRole('link', { name: 'Việc của xã' })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/commune');
});
