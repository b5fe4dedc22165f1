// The phone's storage fails the way storage fails: it is full, or the browser closes the database under the page.
import { Api } from '../fixtures/api.js';
import { PHONE } from '../fixtures/browser.js';
import { OFFICER, VILLAGE } from '../fixtures/demo.js';
import { expect, test } from '../fixtures/test.js';
import { AddPage } from '../pages/add.js';
import { SignInPage } from '../pages/sign-in.js';
import { VillagePage } from '../pages/village.js';

/** An officer's phone at their village, without signal. */
async function awayFromSignal(server, browsers) {
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const phone = await browsers(PHONE);
  await new SignInPage(phone.page).as(server.url, OFFICER);
  const list = new VillagePage(phone.page);
  await list.open(server.url, village);
  await list.expectAllReceived();
  await list.readyForOffline();
  await phone.context.setOffline(true);
  return { officer, village, phone, list };
}

/** The browser ends and begins again, without signal. */
async function startAgain(server, phone, village) {
  await phone.close();
  await phone.open();
  await phone.context.setOffline(true);
  const list = new VillagePage(phone.page);
  await list.open(server.url, village);
  return list;
}

async function addFamily(list, name) {
  await list.add.click();
  const add = new AddPage(list.page);
  await add.name.fill(name);
  await add.members.fill('5');
  await add.save.click();
}

test('a full phone says so, keeps what was tapped in sight, and saves it when there is room', async ({
  server,
  browsers,
}) => {
  const name = 'Lý Máy Đầy';
  const { officer, village, phone } = await awayFromSignal(server, browsers);
  // Chromium asks for room again only after a while, or when it is started anew.
  await phone.close();
  const page = await phone.open();
  await phone.context.setOffline(true);
  const devtools = await phone.context.newCDPSession(page);
  const quota = (quotaSize) => devtools.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize });
  await quota(1);
  // A photo is not even begun where it could not be kept.
  const family = (await officer.subjects(village)).find((row) => row.stage === 'in_progress');
  await page.goto(`${server.url}/subject/${family.id}/score/finish`);
  await expect(page.getByText('Máy đã hết chỗ, chưa cất được ảnh')).toBeVisible();
  await expect(page.getByLabel('Chụp ảnh')).toBeDisabled();

  const list = new VillagePage(page);
  await list.open(server.url, village);
  await addFamily(list, name);
  await expect(page.getByText('Máy đã đầy nên phiếu vừa chấm chưa lưu được')).toBeVisible();
  await expect(page.getByText(name).first()).toBeVisible();

  await quota(undefined);
  await expect(page.getByText('Máy đã đầy')).toHaveCount(0, { timeout: 40_000 });
  const again = await startAgain(server, phone, village);
  await expect(again.row(name)).toBeVisible();
  await phone.context.setOffline(false);
  await phone.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await again.expectAllReceived(40_000);
  expect((await officer.subjects(village)).filter((row) => row.name === name)).toHaveLength(1);
});

test('a database that the browser closed is opened again', async ({ server, browsers }) => {
  const name = 'Phàn Đóng Giữa Chừng';
  const { village, phone, list } = await awayFromSignal(server, browsers);
  const { page } = phone;
  // Every other use of the database finds its connection closed, as after a while in the background.
  await page.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    let uses = 0;
    globalThis.closedConnections = 0;
    IDBDatabase.prototype.transaction = function (...asked) {
      uses += 1;
      if (uses % 2 === 1) {
        globalThis.closedConnections += 1;
        this.close();
      }
      return transaction.apply(this, asked);
    };
  });
  await addFamily(list, name);
  await expect(list.status).toHaveText(/1 chờ gửi/);
  expect(await page.evaluate(() => globalThis.closedConnections)).toBeGreaterThan(0);
  const again = await startAgain(server, phone, village);
  await expect(again.row(name)).toBeVisible();
});
