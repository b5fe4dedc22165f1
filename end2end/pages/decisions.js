// Decisions at the desk: a list is drawn up, signed, and its certificates are made.
import { expect } from '@playwright/test';

export class DecisionsPage {
  constructor(page) {
    this.page = page;
    this.link = page.getByRole('link', { name: 'Quyết định', exact: true });
    this.boxes = page.locator('input[name="subject"]');
    this.propose = page.getByRole('button', { name: 'Lập danh sách để trình ký' });
    this.proposeAbove = page.getByRole('button', { name: 'Lập danh sách đề nghị' });
    this.dossier = page.locator('#dossier');
    this.gather = page.getByRole('button', { name: 'Ghi giấy tờ đã có' });
    this.send = page.getByRole('button', { name: /^Ghi đã gửi/ });
    this.conclude = page.getByRole('button', { name: 'Ghi kết quả' });
    this.signer = page.getByLabel('Người ký');
    this.list = page.locator('#list');
    this.number = page.getByLabel('Số, ký hiệu');
    this.sign = page.getByRole('button', { name: /^Ký: công nhận/ });
    this.make = page.getByRole('button', { name: 'Làm tệp giấy chứng nhận' });
    this.download = page.getByRole('link', { name: /^Tải về/ });
  }

  async open(url) {
    await this.page.goto(`${url}/decisions`);
  }

  /** That a title has people who stand on no list. */
  ready(title) {
    return this.page.locator('section.card').filter({ hasText: `(${title})` });
  }

  drawUp(title) {
    return this.ready(title).getByRole('link', { name: 'Lập danh sách' });
  }

  /** Leaves everybody out but these, as a hand does: box after box. */
  async only(names) {
    await this.boxes.first().waitFor();
    await this.boxes.evaluateAll((boxes, names) => {
      const named = (box) => box.closest('tr').querySelector('a')?.textContent.trim();
      for (const box of boxes) if (box.checked !== names.includes(named(box))) box.click();
    }, names);
    await expect(this.boxes.and(this.page.locator(':checked'))).toHaveCount(names.length);
  }

  /** The draft among the decisions of the year. */
  draft(id) {
    return this.page.locator(`#decisions a[href*="${id}"]`).first();
  }

  paper(stem) {
    return this.page.locator(`a[href$="/paper/${stem}.pdf"]`);
  }

  get id() {
    return new URL(this.page.url()).pathname.split('/').at(-1);
  }
}
