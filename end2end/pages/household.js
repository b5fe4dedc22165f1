import { FieldPage } from './field.js';

export class HouseholdPage extends FieldPage {
  constructor(page) {
    super(page);
    this.edit = page.locator('summary').filter({ hasText: 'Sửa thông tin' });
    this.score = page.locator('main').getByRole('link', { name: /^(Chấm|Sửa phiếu|Xem phiếu)/ }).first();
  }

  async open(url, subject) {
    await this.page.goto(`${url}/subject/${subject}`);
    await this.heading.waitFor();
  }
}
