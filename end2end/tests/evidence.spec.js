// A photo and a signature taken with no signal: made small, kept, listed, and brought after the text.
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { FieldPage } from '../pages/field.js';
import { SignInPage } from '../pages/sign-in.js';

/** A camera's photo: 2400×1200, lying on its side by its EXIF, which also tells a place. */
async function cameraPhoto(page) {
  const base64 = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 2400, height: 1200 });
    const pen = canvas.getContext('2d');
    for (let at = 0; at < 400; at += 1) {
      pen.fillStyle = `hsl(${(at * 37) % 360} 60% 50%)`;
      pen.fillRect((at * 97) % 2400, (at * 61) % 1200, 160, 90);
    }
    return canvas.toDataURL('image/jpeg', 0.95).split(',')[1];
  });
  const jpeg = Buffer.from(base64, 'base64');
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  // Orientation (0x0112), a short: 6, a quarter turn to the right.
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(6, 18);
  const place = Buffer.from('GPS 22.53 103.21 Phong Tho');
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, place]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

test('a photo and a signature are kept offline and arrive after the text', async ({ server, browsers }) => {
  const officer = await Api.signIn(server, OFFICER);
  const village = officer.unit(VILLAGE);
  const family = (await officer.subjects(village)).find((row) => row.stage === 'in_progress');
  const phone = await browsers(PHONE);
  const { page } = phone;
  const field = await FieldPage.takenAway(phone, server, OFFICER);

  await page.goto(`${server.url}/subject/${family.id}/score/finish`);
  const photo = await cameraPhoto(page);
  expect(photo.includes('GPS 22.53')).toBe(true);
  const pieces = page.locator('.evidence .pieces > li');
  await page.getByLabel('Chụp ảnh').setInputFiles({ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: photo });
  await expect(pieces).toHaveCount(1);
  await expect(pieces.first()).toContainText('Trên máy này, chờ gửi');
  // It stands upright, as it will for everybody.
  await expect
    .poll(() => pieces.first().locator('img').evaluate((it) => [it.naturalWidth, it.naturalHeight]))
    .toEqual([640, 1280]);

  await page.getByRole('button', { name: 'Lấy chữ ký' }).click();
  const paper = page.locator('canvas.signature');
  const done = page.getByRole('button', { name: 'Xong' });
  await expect(done).toBeDisabled();
  await look(page, PHONE, 'signature');
  const box = await paper.boundingBox();
  await page.mouse.move(box.x + 40, box.y + 90);
  await page.mouse.down();
  for (const [x, y] of [[80, 40], [120, 110], [160, 50], [220, 100]]) await page.mouse.move(box.x + x, box.y + y);
  await page.mouse.up();
  await done.click();
  await expect(pieces).toHaveCount(2);
  await pieces.last().scrollIntoViewIfNeeded();
  await look(page, PHONE, 'evidence');

  // It opens large, and what was thrown away by mistake comes back.
  await pieces.first().getByRole('button', { name: /^Xem: / }).click();
  const large = page.locator('dialog[open] img.piece-large');
  await expect(large).toBeVisible();
  await expect.poll(() => large.evaluate((it) => [it.naturalWidth, it.naturalHeight])).toEqual([640, 1280]);
  // Whole, and not the strip that the list shows.
  const shown = await large.evaluate((it) => [it.clientWidth, it.clientHeight]);
  expect(shown[1]).toBeGreaterThan(300);
  await look(page, PHONE, 'photo-large');
  await page.getByRole('button', { name: 'Đóng', exact: true }).click();
  await expect(large).toHaveCount(0);
  await pieces.first().getByRole('button', { name: /^Bỏ: / }).click();
  await page.locator('dialog[open]').getByRole('button', { name: 'Bỏ', exact: true }).click();
  await expect(pieces).toHaveCount(1);
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(pieces).toHaveCount(2);

  // A file that is no picture says so, and nothing is listed.
  await page.getByLabel('Chọn ảnh có sẵn').setInputFiles({ name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') });
  await expect(page.getByRole('alert')).toContainText('Máy không đọc được tệp này');
  await expect(pieces).toHaveCount(2);

  // The phone dies and comes back: everything is still there.
  await phone.close();
  await phone.open();
  await phone.context.setOffline(true);
  await phone.page.goto(`${server.url}/subject/${family.id}/score/finish`);
  const kept = phone.page.locator('.evidence .pieces > li');
  await expect(kept).toHaveCount(2);
  await phone.page.goto(`${server.url}/outbox`);
  await expect(phone.page.getByText(/2 tệp minh chứng chờ gửi/)).toBeVisible();

  await phone.context.setOffline(false);
  await phone.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await phone.page.goto(`${server.url}/subject/${family.id}/score/finish`);
  await expect(kept.filter({ hasText: 'Xã đã nhận' })).toHaveCount(2, { timeout: 40_000 });

  // The commune sees them, small and without the place where they were taken.
  const commune = await Api.signIn(server, COMMUNE);
  const detail = await commune.get('/api/v1/subject', { id: family.id });
  expect(detail.arrived).toHaveLength(2);
  for (const hash of detail.arrived) {
    const form = detail.assessments.find((it) => it.fields[`evidence.${hash}`]);
    const evidence = form.fields[`evidence.${hash}`];
    const answer = await fetch(`${server.url}/api/v1/files/${hash}?doc=${form.id}`, {
      headers: { cookie: commune.cookie },
    });
    expect(answer.status).toBe(200);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.length).toBe(evidence.bytes);
    expect(bytes.includes('Exif') || bytes.includes('GPS 22.53')).toBe(false);
    expect(bytes.length).toBeLessThan(photo.length / 2);
  }
  const desk = await browsers(DESK);
  await new SignInPage(desk.page).as(server.url, COMMUNE);
  await desk.page.goto(`${server.url}/dashboard/subject/${family.id}`);
  await expect(desk.page.locator('.pieces img')).toHaveCount(2);
  await look(desk.page, DESK, 'answers-evidence');
});
