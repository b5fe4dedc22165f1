// What programs are told of the server, read by a person.
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { AREA, OFFICER } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';

test('the questions of programs are read at a desk, and nothing comes from elsewhere', async ({ server, browsers }) => {
  const desk = await browsers(DESK, { javaScriptEnabled: false });
  const { page } = desk;
  const strangers = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) strangers.push(request.url());
  });
  await page.goto(`${server.url}/docs/api`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await new SignInPage(page).fill(AREA);
  await expect(page).toHaveURL(/\/docs\/api$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cho chương trình khác (API)');
  await page.getByRole('link', { name: 'GET /api/v1/dashboard', exact: true }).click();
  const dashboard = page.locator('#api-dashboard');
  await expect(dashboard).toBeInViewport();
  await expect(dashboard.getByRole('row', { name: /^title/ })).toContainText('learning_family, learning_clan');
  await dashboard.getByText('Câu trả lời, ví dụ').click();
  await expect(dashboard.locator('pre')).toContainText('"generated_at"');
  expect(strangers).toEqual([]);
});

test('the description is one page for eyes and one for machines', async ({ server, browsers }) => {
  const desk = await browsers(DESK);
  const { page } = desk;
  await new SignInPage(page).as(server.url, AREA);
  await page.goto(`${server.url}/docs/api`);
  await look(page, DESK, 'api');
  await page.setViewportSize(PHONE);
  await look(page, PHONE, 'api');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(PHONE.width);
  const api = await Api.signIn(server, AREA);
  const document = await api.get('/api/v1/openapi.json');
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).length).toBeGreaterThan(15);
  const village = await Api.signIn(server, OFFICER);
  await expect(village.get('/api/v1/openapi.json')).rejects.toThrow('403');
});
