// Long work: a file that is too long to wait for is made by the server, and its page tells when it is done.
import { readFileSync } from 'node:fs';
import { DESK, PHONE } from '../fixtures/browser.js';
import { AREA, FAMILIES } from '../fixtures/demo.js';
import { look } from '../fixtures/look.js';
import { expect, test } from '../fixtures/test.js';
import { SignInPage } from '../pages/sign-in.js';

for (const size of [PHONE, DESK]) {
  test(`a long list is made as a job and taken along at ${size.width}×${size.height}`, async ({ server, browsers }) => {
    const { page } = await browsers(size, { acceptDownloads: true });
    await new SignInPage(page).as(server.url, AREA);
    await page.goto(`${server.url}/jobs`);
    await expect(page.getByRole('heading', { name: 'Chưa có việc nào' })).toBeVisible();
    await look(page, size, 'jobs-none');
    // Where the address of a list leads that is too long to wait for.
    const query = encodeURIComponent(`title=${FAMILIES}&sort=points&down=1`);
    await page.goto(`${server.url}/jobs?offer=subjects.xlsx&query=${query}`);
    await look(page, size, 'jobs-offer');
    await page.getByRole('button', { name: 'Làm tệp .xlsx' }).click();
    await page.waitForURL(/\/jobs\/[0-9a-f-]{36}$/);
    // The page asks for itself again until it is done.
    const download = page.getByRole('link', { name: /^Tải về \(/ });
    await expect(download).toBeVisible({ timeout: 60_000 });
    await look(page, size, 'jobs-done');
    const coming = page.waitForEvent('download');
    await download.click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^danh-sach-dia-ban-phong-tho-\d{4}-\d\d-\d\d\.xlsx$/);
    expect(readFileSync(await file.path()).subarray(0, 2).toString()).toBe('PK');
    await page.getByRole('link', { name: 'Các việc đang chạy' }).click();
    await expect(page.locator('tbody tr')).toHaveCount(1);
    const { height } = await page.locator('tbody').getByRole('link', { name: /^Tải về/ }).boundingBox();
    expect(height, 'one line, as high as a finger').toBeLessThan(60);
    await look(page, size, 'jobs');
  });
}
