// The commune's queue: a form is opened from the list, and decided of.
import { expect } from '@playwright/test';

export class QueuePage {
  constructor(page) {
    this.page = page;
    this.name = page.getByRole('heading', { level: 1 });
    this.decide = page.locator('#decide');
    this.confirm = this.decide.getByRole('button', { name: /^Xác nhận (điểm|kết quả)/ });
  }

  /** Opens the form of somebody who waits, of a title, and of a village where there are many. */
  async take(url, name, asked) {
    await this.page.goto(`${url}/commune/queue?${new URLSearchParams(asked)}`);
    await this.page.locator('tbody').getByRole('link', { name, exact: true }).click();
    await expect(this.name).toHaveText(name);
  }

  /** Confirms the form in sight, which says what it comes to. */
  async confirms(result) {
    const name = await this.name.innerText();
    await expect(this.confirm).toHaveAccessibleName(result);
    await this.confirm.click();
    await expect(this.page.locator('main')).toContainText(/Xã đã xác nhận điểm|Đã xác nhận điểm/);
    return name;
  }

  /** Gives the form in sight back, with a word for all of it and one for a question. */
  async returns(comment, question, remark) {
    await this.decide.locator('summary', { hasText: 'Trả lại để sửa' }).click();
    await this.decide.getByLabel('Cần sửa gì').fill(comment);
    await this.decide.getByLabel(question).fill(remark);
    await this.decide.getByRole('button', { name: 'Trả lại để sửa' }).click();
    await expect(this.page.locator('main')).toContainText(/Xã trả lại|Đã trả lại để sửa/);
  }
}
