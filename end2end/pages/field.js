// What every page on the phone has: the line that says whether all has been received, and the bar of places.
import { expect } from '@playwright/test';
import { SignInPage } from './sign-in.js';

export class FieldPage {
  constructor(page) {
    this.page = page;
    this.status = page.locator('.status').first();
    this.heading = page.getByRole('heading', { level: 1 });
    this.places = page.getByRole('navigation', { name: 'Các nơi chính' });
  }

  /** The app's code is cached, so that the next start needs no network. */
  async readyForOffline() {
    await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await expect
      .poll(() =>
        this.page.evaluate(async () => {
          const names = await caches.keys();
          const entries = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
          return entries.flat().some((request) => request.url.endsWith('.wasm'));
        }),
      )
      .toBe(true);
  }

  /** Signs somebody in, waits for all that is theirs, and takes the network away. */
  static async takenAway(phone, server, who) {
    const field = new FieldPage(phone.page);
    await new SignInPage(phone.page).as(server.url, who);
    await field.expectAllReceived();
    await field.readyForOffline();
    await phone.context.setOffline(true);
    return field;
  }

  /** The line says that everything tapped has been received. */
  async expectAllReceived(timeout = 20_000) {
    await expect(this.status).toHaveAttribute('data-state', 'online', { timeout });
    await expect(this.status).not.toContainText('chờ gửi');
  }

  async expectOffline() {
    await expect(this.status).toHaveAttribute('data-state', 'offline');
  }
}
