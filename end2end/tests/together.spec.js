// Many citizens at once: what is alike is answered once, whoever is different is left for a form of their own.
import { Api } from '../fixtures/api.js';
import { PHONE } from '../fixtures/browser.js';
import { OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FieldPage } from '../pages/field.js';
import { FormPage } from '../pages/form.js';

const CITIZENS = 'learning_citizen';

test('a class is scored at once without a signal, and one of it alone', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const citizens = async () => officer.subjects(village, { title: CITIZENS });
  const before = await citizens();
  const fresh = before.filter((row) => row.stage === null || row.stage === 'registered');
  expect(fresh.length).toBeGreaterThan(1);
  const n = Math.min(fresh.length, 20);
  const phone = await browsers(PHONE);
  const { page } = phone;
  const field = await FieldPage.takenAway(phone, server, OFFICER);

  await page.goto(`${server.url}/village/${village}?kind=citizen`);
  await page.getByRole('link', { name: 'Chấm nhiều người cùng lúc' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Chấm nhiều người');
  const save = page.getByRole('button', { name: `Ghi cho ${n} người` });
  await expect(save).toBeDisabled();
  await look(page, PHONE, 'together-empty');

  await page.getByRole('button', { name: 'Tất cả điểm tối đa' }).click();
  const questions = page.locator('main .card');
  await questions.nth(0).getByRole('combobox').selectOption({ label: '8 điểm' });
  await questions.nth(1).getByText('Ai khác? Chạm để chọn').click();
  const other = questions.nth(1).getByRole('checkbox').first();
  const name = (await questions.nth(1).locator('li').first().innerText()).trim();
  await other.check();
  await expect(questions.nth(1)).toContainText('1 người để chấm riêng');
  await look(page, PHONE, 'together');

  // A closed tab loses nothing of it.
  await page.reload();
  await expect(questions.nth(1)).toContainText('1 người để chấm riêng');
  await expect(questions.nth(0).getByRole('combobox')).toHaveValue('2');
  await save.click();
  await expect(page.getByText(`Đã chấm xong ${n - 1} người.`)).toBeVisible();
  await expect(page.getByText('Còn 1 người có câu phải chấm riêng:')).toBeVisible();
  await look(page, PHONE, 'together-done');

  // Taken back as one, and nothing is left of it; then for good.
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await page.reload();
  await expect(save).toBeVisible();
  await page.getByRole('button', { name: 'Tất cả điểm tối đa' }).click();
  await questions.nth(1).getByText('Ai khác? Chạm để chọn').click();
  await questions.nth(1).getByRole('checkbox', { name }).check();
  await save.click();
  await page.getByRole('link', { name, exact: true }).click();
  const form = new FormPage(page);
  await expect(form.best).toHaveCount(1);
  await phone.context.setOffline(false);
  await field.expectAllReceived(60_000);

  const now = new Map((await citizens()).map((row) => [row.id, row]));
  const stages = fresh.map((row) => now.get(row.id)).filter((row) => row.stage === 'submitted');
  expect(stages).toHaveLength(n - 1);
  expect(stages.every((row) => row.points[0] === row.points[1])).toBe(true);
  const alone = [...now.values()].find((row) => row.name === name && row.stage === 'in_progress');
  expect(alone.points[0]).toBeLessThan(alone.points[1]);
  // What stood before stands as it stood.
  for (const row of before.filter((it) => !fresh.includes(it))) expect(now.get(row.id)).toEqual(row);
});
