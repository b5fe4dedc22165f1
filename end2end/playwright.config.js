import { defineConfig } from '@playwright/test';

// A real browser, one at a time: the journeys start and stop servers and browsers of their own.
export default defineConfig({
  testDir: './tests',
  globalSetup: './global-setup.js',
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  forbidOnly: true,
});
