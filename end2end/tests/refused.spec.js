// What the server does not take is told whole, with what can be done; and help is there without a network.
import { Api } from '../fixtures/api.js';
import { PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FormPage } from '../pages/form.js';
import { SignInPage } from '../pages/sign-in.js';

test('a change that comes after the commune’s check says what it was, what stands, and what can be done', async ({
  server,
  browsers,
}) => {
  const officer = await Api.signIn(server, OFFICER);
  const family = (await officer.subjects(officer.unit(VILLAGE))).find((row) => row.stage === 'submitted');
  const village = await browsers(PHONE, { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = village;
  await new SignInPage(page).as(server.url, OFFICER);
  const form = new FormPage(page);
  await form.expectAllReceived();
  await page.goto(`${server.url}/subject/${family.id}/score`);
  await form.readyForOffline();
  await village.context.setOffline(true);
  await page.getByRole('button', { name: 'Sửa phiếu' }).click();
  await form.line('GD.3a').click();
  const choices = page.getByRole('radio');
  const other = (await choices.nth(0).isChecked()) ? 1 : 0;
  await choices.nth(other).check({ force: true });
  await expect(form.status).toContainText('1 chờ gửi');

  const commune = await browsers(PHONE);
  await new SignInPage(commune.page).as(server.url, COMMUNE);
  await commune.page.goto(`${server.url}/subject/${family.id}`);
  await commune.page.getByRole('button', { name: 'Xác nhận điểm' }).click();
  await new FormPage(commune.page).expectAllReceived(40_000);

  await village.context.setOffline(false);
  await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await expect(form.status).toContainText('1 mục không nhận', { timeout: 40_000 });
  await page.goto(`${server.url}/outbox`);
  const refused = page.locator('.change[data-state="refused"]');
  await expect(page.getByRole('heading', { name: 'Máy chủ không nhận' })).toBeVisible();
  await expect(page.getByText('không phải phiếu xã trả lại')).toBeVisible();
  await expect(refused).toContainText(family.name);
  await expect(refused).toContainText('Nhà có góc học tập');
  await expect(refused).toContainText(/Máy này ghi/);
  await expect(refused.locator('dd').last()).toHaveText(other === 0 ? 'Không' : 'Có');
  await expect(refused).toContainText('Xã đã thẩm tra phiếu này');
  await expect(refused).not.toContainText('GD.');
  // What would be refused again is not offered.
  await expect(refused.getByRole('button', { name: 'Gửi lại' })).toHaveCount(0);
  await look(page, PHONE, 'outbox-refused');
  await refused.getByRole('button', { name: 'Xin xã mở lại' }).click();
  await expect(refused).toContainText('Đã chép lời nhắn');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(family.name);
  await refused.getByRole('button', { name: 'Giữ theo xã' }).click();
  await expect(refused).toHaveCount(0);
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(refused).toHaveCount(1);
  await refused.getByRole('button', { name: 'Giữ theo xã' }).click();
  await expect(refused).toHaveCount(0);
  await form.expectAllReceived();
});

test('help names whom to call and how it works, without a network', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const units = new Map(officer.session.units.map((unit) => [unit.id, unit]));
  const commune = units.get(units.get(officer.unit(VILLAGE)).parents.at(-1).value);
  await server.stop();
  server.command('units', 'telephone', commune.code, '0213 3896 123');
  await server.start();
  const phone = await browsers(PHONE);
  const { page } = phone;
  await new SignInPage(page).as(server.url, OFFICER);
  const form = new FormPage(page);
  await form.expectAllReceived();
  await form.readyForOffline();
  await phone.context.setOffline(true);
  await page.goto(`${server.url}/me`);
  await expect(page.getByRole('link', { name: /02133896123/ })).toHaveAttribute('href', 'tel:02133896123');
  await page.locator('summary').filter({ hasText: 'Cách làm trong một phút' }).click();
  await expect(page.getByText('Phần nào tốt cả thì bấm “Tất cả đủ”')).toBeVisible();
  await look(page, PHONE, 'help');
  // The line says it whole, however narrow the phone.
  await expect(form.status).toContainText(/Không có mạng.*liên lạc/);
  await expect(form.status.locator('.short').last()).toContainText('liên lạc');
});

test('on its side a phone leaves most of the screen to the form', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const family = (await officer.subjects(officer.unit(VILLAGE))).find((row) => row.stage === 'in_progress');
  const { page } = await browsers({ width: 740, height: 360 });
  await new SignInPage(page).as(server.url, OFFICER);
  const form = new FormPage(page);
  await form.expectAllReceived();
  await page.goto(`${server.url}/subject/${family.id}/score`);
  await form.finish.waitFor();
  await page.evaluate(() => scrollTo(0, 400));
  const chrome = await page.evaluate(() => {
    const height = (selector) => document.querySelector(selector).getBoundingClientRect().height;
    return height('.status') + height('.foot');
  });
  expect(chrome).toBeLessThan(110);
  await page.screenshot({ path: 'test-results/screens/form-landscape.png' });
});
