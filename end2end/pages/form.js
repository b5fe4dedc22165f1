import { expect } from '@playwright/test';
import { FieldPage } from './field.js';

export class FormPage extends FieldPage {
  constructor(page) {
    super(page);
    this.foot = page.locator('.foot');
    this.finish = page.getByRole('button', { name: 'Hoàn thành', exact: true });
    this.next = this.foot.getByRole('link', { name: /^Tiếp: / });
    this.result = page.locator('.outcome .result');
    this.undo = page.getByRole('button', { name: 'Hoàn tác' });
    /** What answers every question of a group that has no answer yet. */
    this.best = page.getByRole('button', { name: /^(Tất cả đủ|\d+ câu còn lại đủ): / });
    /** One group a screen, for those who go question by question. */
    this.criteria = page.locator('section.criterion');
    this.step = this.foot.getByRole('link', { name: /^(Tiếp|Xem lại)$/ });
  }

  /** The line of a question on the one page. */
  line(code) {
    return this.page.locator(`[id="${code}"]`);
  }

  /** Opens a question on the one page. */
  async open(code) {
    const line = this.line(code);
    if ((await line.getAttribute('aria-expanded')) === 'false') await line.click();
    return this.page.locator(`[id="answers-${code}"]`);
  }

  /** Answers a question by two numbers: so many of so many, or a level and its year. */
  async measure(code, one, other) {
    const question = await this.open(code);
    const [first, second] = [1, 2].map((at) => question.locator(`[id="${code}-${at}"]`));
    await first.fill(String(one));
    if (other !== undefined) await second.fill(String(other));
    // It is kept when the fields are left.
    await (other === undefined ? first : second).blur();
    await expect(this.line(code).locator('.given')).not.toHaveAttribute('data-none');
  }

  /** Says yes, no, or all of the points. */
  async answer(code, words) {
    const question = await this.open(code);
    await question.getByText(words, { exact: true }).click();
    await expect(this.line(code).locator('.given')).not.toHaveAttribute('data-none');
  }

  /** Gives so many of the points. */
  async part(code, points) {
    const question = await this.open(code);
    await question.getByText(/^Một phần/).click();
    await this.page.getByRole('dialog').getByRole('button', { name: String(points), exact: true }).click();
    await expect(this.line(code).locator('.given')).toHaveText(`${points} điểm`);
  }

  /** Puts a paper behind an answer. */
  async prove(code, file) {
    const question = await this.open(code);
    await question.getByLabel('Thêm giấy tờ').setInputFiles(file);
    await expect(question.locator('.pieces > li')).toHaveCount(1);
  }

  /** Every group at once, and done: what most families deserve. Says how many taps it took. */
  async complete() {
    await this.finish.waitFor();
    let taps = 0;
    for (; (await this.best.count()) > 0; taps += 1) {
      const left = await this.best.count();
      await this.best.first().click();
      await expect(this.best).toHaveCount(left - 1);
    }
    await this.finish.click();
    await this.result.waitFor();
    return taps + 1;
  }

  /** Gives every criterion on the screen its best answer, in the way a thumb would. */
  async answerAll() {
    await this.criteria.first().waitFor();
    const count = await this.criteria.count();
    for (let at = 0; at < count; at += 1) {
      const choices = this.criteria.nth(at).getByRole('radio');
      // The radio itself is hidden behind its label.
      await choices.first().check({ force: true });
      await expect(choices.first()).toBeChecked();
    }
  }
}
