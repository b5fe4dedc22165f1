import { FieldPage } from './field.js';

export class VillagePage extends FieldPage {
  constructor(page) {
    super(page);
    this.rows = page.locator('main a.item[href*="/subject/"]');
    this.search = page.getByRole('searchbox');
    this.add = page.getByRole('link', { name: /^Thêm / });
  }

  async open(url, village) {
    await this.page.goto(`${url}/village/${village}`);
    await this.rows.first().waitFor();
  }

  row(name) {
    return this.rows.filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** One of the chips above the list: "Chưa chấm", "Đang chấm", "Xong", "Trả lại", "Tất cả". */
  async filter(word) {
    await this.page.getByRole('button', { name: new RegExp(`^${word}`) }).click();
  }
}
