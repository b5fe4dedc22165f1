import { FieldPage } from './field.js';
import { link, says } from './household.js';

export class AddPage extends FieldPage {
  constructor(page) {
    super(page);
    this.name = page.getByLabel(/^Họ (và )?tên chủ hộ|^Chủ hộ/);
    /** Of whoever is no family. */
    this.ownName = page.getByLabel(/^(Họ và tên|Tên (đơn vị|dòng họ))$/);
    this.members = page.getByLabel(/khẩu|Số người/i).first();
    /** What may wait for another day. */
    this.more = page.getByText('Ghi thêm (có thể để sau)');
    this.save = page.locator('main').getByRole('button', { name: /^(Lưu|Thêm)/ });
  }

  /** Says one of a few things of the subject. */
  async says(field, answer) {
    await says(this.page, field, answer);
  }

  /** Names another subject: a clan, a family. */
  async link(field, name) {
    await link(this.page, field, name);
  }
}
