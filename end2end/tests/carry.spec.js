// No signal for days: what waits is sealed, a neighbour carries it to the commune's PC, and it counts once.
import { readFileSync } from 'node:fs';
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { AddPage } from '../pages/add.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

const NAME = 'Vàng A Nhờ Mang';

test('a neighbour carries what waits, cannot read it, and it counts once', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const commune = await Api.signIn(server, COMMUNE);
  const village = officer.unit(VILLAGE);
  const before = await commune.counts();

  const phone = await browsers(PHONE);
  await new SignInPage(phone.page).as(server.url, OFFICER);
  const list = new VillagePage(phone.page);
  await list.open(server.url, village);
  await list.readyForOffline();
  await phone.context.setOffline(true);
  await list.add.click();
  const add = new AddPage(phone.page);
  await add.name.fill(NAME);
  await add.members.fill('6');
  await add.save.click();
  await expect(list.status).toHaveText(/chờ gửi/);

  await phone.page.goto(`${server.url}/outbox`);
  await phone.page.getByText('Nhờ người mang đi').first().click();
  const download = phone.page.waitForEvent('download');
  await phone.page.getByRole('button', { name: 'Nhờ người mang đi' }).click();
  const file = await (await download).path();
  await expect(phone.page.getByText(/Đã gói/)).toBeVisible();
  await look(phone.page, PHONE, 'outbox-sealed');
  const sealed = readFileSync(file);
  expect(sealed.subarray(0, 8).toString()).toBe('BANHOC1\n');
  expect(sealed.includes(Buffer.from('Nhờ Mang'))).toBe(false);

  const desk = await browsers(DESK);
  await new SignInPage(desk.page).as(server.url, COMMUNE);
  await desk.page.goto(`${server.url}/carry`);
  for (let times = 0; times < 2; times += 1) {
    await desk.page.getByLabel('Tệp được nhờ mang').setInputFiles(file);
    await desk.page.getByRole('button', { name: 'Nộp', exact: true }).click();
    await expect(desk.page.getByText('Đã nhận 1 mục')).toBeVisible();
  }
  await look(desk.page, DESK, 'carried');
  expect((await commune.counts()).subjects - before.subjects).toBe(1);

  // Its author's phone finds signal: the receipt is there, nothing is counted again.
  await phone.context.setOffline(false);
  await phone.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await list.expectAllReceived(40_000);
  expect((await commune.counts()).subjects - before.subjects).toBe(1);
});

test('two people share a phone, and each finds their own', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const phone = await browsers(PHONE);
  const { page } = phone;
  await new SignInPage(page).as(server.url, OFFICER);
  const list = new VillagePage(page);
  await list.open(server.url, village);
  await list.readyForOffline();
  await phone.context.setOffline(true);
  await list.add.click();
  const add = new AddPage(page);
  await add.name.fill(NAME);
  await add.members.fill('3');
  await add.save.click();
  await expect(list.status).toHaveText(/chờ gửi/);

  // Signing out says what is left here, and keeps it.
  await page.goto(`${server.url}/me`);
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await expect(page.getByRole('dialog')).toContainText(/1/);
  await page.getByRole('dialog').getByRole('button', { name: 'Đăng xuất' }).click();
  await expect(page.getByText(/1 .*chưa gửi|chưa gửi.*1/).first()).toBeVisible();

  // The other one sees nothing of it.
  await phone.context.setOffline(false);
  await new SignInPage(page).as(server.url, COMMUNE);
  // A commune begins with its desk; the phone's own pages are a tap away.
  await page.goto(`${server.url}/`);
  await list.expectAllReceived(40_000);
  await page.goto(`${server.url}/outbox`);
  await expect(page.getByText(NAME)).toHaveCount(0);
  expect((await officer.subjects(village)).filter((row) => row.name === NAME)).toHaveLength(0);

  // The first one comes back, and what was left is sent.
  await page.goto(`${server.url}/me`);
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Đăng xuất' }).click();
  await new SignInPage(page).as(server.url, OFFICER);
  await list.expectAllReceived(40_000);
  await expect
    .poll(async () => (await officer.subjects(village)).filter((row) => row.name === NAME).length)
    .toBe(1);
});
