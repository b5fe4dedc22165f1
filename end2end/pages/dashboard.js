export class DashboardPage {
  constructor(page) {
    this.page = page;
    this.heading = page.getByRole('heading', { level: 1 });
    this.headline = page.locator('.headline');
    this.tiles = page.locator('.tile');
    this.filters = page.locator('form.filters');
    this.map = this.filters.getByLabel('Bản đồ');
    this.parts = page.locator('#parts tbody tr');
  }

  async open(url, query = '') {
    await this.page.goto(`${url}/dashboard${query}`);
    await this.parts.first().waitFor();
  }

  part(name) {
    return this.parts.getByRole('link', { name, exact: true });
  }
}
