import { expect } from '@playwright/test';
import { FieldPage } from './field.js';

export class HouseholdPage extends FieldPage {
  constructor(page) {
    super(page);
    this.edit = page.locator('summary').filter({ hasText: 'Sửa thông tin' });
    this.score = page.locator('main').getByRole('link', { name: /^(Chấm|Sửa phiếu|Xem phiếu)/ }).first();
  }

  /** Says one of a few things of the subject. */
  async says(field, answer) {
    await says(this.page, field, answer);
  }

  /** Names another subject: a clan, a family. */
  async link(field, name) {
    await link(this.page, field, name);
  }

  async open(url, subject) {
    await this.page.goto(`${url}/subject/${subject}`);
    await this.heading.waitFor();
  }
}

/** Presses one of the big buttons of a field, in whichever page it stands. */
export async function says(page, field, answer) {
  await page.getByRole('group', { name: field, exact: true }).getByText(answer, { exact: true }).click();
}

/** Picks another subject by its name, in whichever page the field stands. */
export async function link(page, field, name) {
  const group = page.getByRole('group', { name: field, exact: true });
  await group.getByRole('button', { name: /^Chọn/ }).click();
  await group.getByRole('searchbox').fill(name);
  await group.getByRole('button', { name: new RegExp(`^${name}`) }).first().click();
  await expect(group).toContainText(name);
}
