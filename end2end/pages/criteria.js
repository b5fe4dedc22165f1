// Sets of criteria at the desk: one person gives a set with the scan of its paper, another signs it off.
import { expect } from '@playwright/test';

export class CriteriaPage {
  constructor(page) {
    this.page = page;
    this.file = page.getByLabel('Tệp bộ tiêu chí');
    this.scan = page.getByLabel('Bản scan của văn bản');
    this.hand = page.getByRole('button', { name: 'Nộp để đối chiếu' });
    this.compared = page.getByLabel('Tôi đã đối chiếu');
    this.sign = page.getByRole('button', { name: 'Ký: dùng bộ tiêu chí này' });
  }

  async open(url) {
    await this.page.goto(`${url}/criteria`);
  }

  async give(set, scan) {
    await this.file.setInputFiles(set);
    await this.scan.setInputFiles(scan);
    await this.hand.click();
  }

  /** One that waits, by its id. */
  waiting(id) {
    return this.page.getByRole('link', { name: id, exact: true });
  }

  async signOff() {
    await this.compared.check();
    await this.sign.click();
    await expect(this.page.locator('main')).toContainText('Bộ tiêu chí có hiệu lực');
  }
}
