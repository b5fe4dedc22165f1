// The golden book: what villages wrote down as given is read at the desk, and fetched as a file.
import { DESK } from '../fixtures/browser.js';
import { COMMUNE } from '../fixtures/demo.js';
import { looks } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';

test('the golden book of a commune says who gave what, and adds it up', async ({ server, browsers }) => {
  const { page } = await browsers(DESK);
  await new SignInPage(page).as(server.url, COMMUNE);
  await page.goto(`${server.url}/commune`);
  await page.getByRole('link', { name: 'Sổ vàng khuyến học' }).click();
  // The demo's people gave in the year before.
  await page.getByRole('navigation', { name: 'Năm xét' }).getByRole('link').last().click();
  await expect(page.locator('main')).toContainText('người và tập thể đã đóng góp');
  await expect(page.locator('tbody tr').first()).toBeVisible();
  await looks(page, 'book');
  const file = await page.request.get(`${server.url}/dashboard/export/contributions.xlsx`);
  expect(file.ok()).toBe(true);
});
