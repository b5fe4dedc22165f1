import { FieldPage } from './field.js';

export class AddPage extends FieldPage {
  constructor(page) {
    super(page);
    this.name = page.getByLabel(/^Họ (và )?tên chủ hộ|^Chủ hộ/);
    this.members = page.getByLabel(/khẩu|Số người/i).first();
    this.save = page.locator('main').getByRole('button', { name: /^(Lưu|Thêm)/ });
  }
}
