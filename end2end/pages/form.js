import { expect } from '@playwright/test';
import { FieldPage } from './field.js';

export class FormPage extends FieldPage {
  constructor(page) {
    super(page);
    this.group = page.getByRole('heading', { level: 2 }).first();
    this.criteria = page.locator('section.criterion');
    this.next = page.locator('.foot').getByRole('link', { name: /Tiếp|Xem lại/ });
    this.finish = page.getByRole('button', { name: 'Hoàn thành' });
  }

  /** Gives every criterion on the screen its best answer, in the way a thumb would. */
  async answerAll() {
    await this.criteria.first().waitFor();
    const count = await this.criteria.count();
    for (let at = 0; at < count; at += 1) await this.answer(this.criteria.nth(at));
  }

  async answer(criterion) {
    const choices = criterion.getByRole('radio');
    if ((await choices.count()) > 0) {
      // The radio itself is hidden behind its label.
      await choices.first().check({ force: true });
      await expect(choices.first()).toBeChecked();
      return;
    }
    const more = criterion.getByRole('button', { name: /^(Thêm|Tăng)/ });
    for (let taps = 0; taps < 60 && (await more.isEnabled()); taps += 1) await more.click();
  }

  /** From the first screen to the last, and done. */
  async complete() {
    for (let screens = 0; screens < 30; screens += 1) {
      await this.answerAll();
      const here = this.page.url();
      await this.next.click();
      await this.page.waitForURL((at) => at.href !== here);
      if (new URL(this.page.url()).pathname.endsWith('/finish')) break;
    }
    await this.finish.click();
  }
}
