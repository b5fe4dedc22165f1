import { PASSWORD } from '../fixtures/demo.js';

export class SignInPage {
  constructor(page) {
    this.page = page;
    this.username = page.getByLabel('Tên đăng nhập');
    this.password = page.getByLabel('Mật khẩu', { exact: true });
    this.button = page.getByRole('button', { name: 'Đăng nhập', exact: true });
    this.error = page.getByRole('alert');
  }

  async open(url) {
    await this.page.goto(`${url}/sign-in`);
    await this.button.waitFor();
  }

  async fill(username, password = PASSWORD) {
    await this.username.fill(username);
    await this.password.fill(password);
    await this.button.click();
  }

  /** Signs in and waits for the first page behind the door. */
  async as(url, username) {
    await this.open(url);
    await this.fill(username);
    await this.page.waitForURL((at) => !at.pathname.startsWith('/sign-in'));
  }
}
