import { expect } from '@playwright/test';

/** Unfolds the rarer places in a desk's head. */
export async function openMore(page) {
  const more = page.locator('details.more > summary');
  await expect(more).toBeVisible();
  await more.click();
  await expect(page.locator('details.more')).toHaveAttribute('open', '');
}
