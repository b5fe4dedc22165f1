// The desk: signing in, reading 2026 by either map, and opening a figure down to the answers behind it.
import { Api } from '../fixtures/api.js';
import { DESK } from '../fixtures/browser.js';
import { AREA } from '../fixtures/demo.js';
import { expect, test } from '../fixtures/test.js';
import { DashboardPage } from '../pages/dashboard.js';
import { SignInPage } from '../pages/sign-in.js';

test('a wrong password says so and lets one try again', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  desk.expected.push('401');
  const door = new SignInPage(desk.page);
  await door.open(server.url);
  await door.fill(AREA, 'khong-phai');
  await expect(door.error.first()).toContainText('Tên đăng nhập hoặc mật khẩu chưa đúng');
  await door.fill(AREA);
  await desk.page.waitForURL(/\/dashboard/);
  await expect(new DashboardPage(desk.page).parts.first()).toBeVisible();
});

test('the same year is read by seventeen communes or by five', async ({ server, browsers }) => {
  const area = await Api.signIn(server, AREA);
  const { maps } = await area.dashboard();
  expect(maps.map((map) => map.communes).sort((a, b) => a - b)).toEqual([5, 17]);
  const desk = await browsers(DESK);
  await new SignInPage(desk.page).as(server.url, AREA);
  const board = new DashboardPage(desk.page);
  const families = {};
  for (const { as_of, communes } of maps) {
    await board.open(server.url, `?as_of=${as_of}`);
    await expect(board.parts).toHaveCount(communes);
    families[communes] = (await area.counts({ as_of })).subjects;
  }
  // Lản Nhì Thàng counted in the district until 2025 and counts in a ward of the city since.
  const before = maps.find((map) => map.communes === 17).as_of;
  const { parts } = await area.dashboard({ as_of: before });
  const left = parts.find((part) => part.name === 'Xã Lản Nhì Thàng').counts.subjects;
  expect(left).toBeGreaterThan(0);
  expect(families[17] - families[5]).toBe(left);
  // And by the choice on the page.
  await board.map.selectOption({ label: await board.map.locator('option', { hasText: '17' }).innerText() });
  const apply = board.filters.getByRole('button', { name: /Xem|Áp dụng/ });
  if (await apply.isVisible()) await apply.click();
  await expect(board.parts).toHaveCount(17);
});

test('a figure opens into communes, villages, families and answers', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  await new SignInPage(desk.page).as(server.url, AREA);
  const board = new DashboardPage(desk.page);
  await board.open(server.url);
  await drillDown(desk.page, board, 'Phong Thổ');
});

test('the desk reads figures without a script', async ({ server, browsers }) => {
  const desk = await browsers(DESK, { javaScriptEnabled: false });
  await new SignInPage(desk.page).as(server.url, AREA);
  const board = new DashboardPage(desk.page);
  await board.open(server.url, '?as_of=2023-12-31');
  await expect(board.headline).toContainText('%');
  await expect(board.tiles.first()).toContainText('%');
  await drillDown(desk.page, board, 'Mường So');
});

async function drillDown(page, board, commune) {
  await board.parts.getByRole('link', { name: `Xã ${commune}` }).click();
  await expect(board.heading).toContainText(commune);
  await board.parts.getByRole('link', { name: /Vàng Pheo/ }).click();
  const family = page.locator('main a[href*="/dashboard/subject/"]').first();
  if (!(await family.isVisible().catch(() => false))) {
    await page.locator('main a[href*="/dashboard/subjects"]').first().click();
  }
  const name = (await family.innerText()).split('\n')[0].trim();
  await family.click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
  await expect(page.locator('main')).toContainText('Trẻ em trong nhà học tập');
}
