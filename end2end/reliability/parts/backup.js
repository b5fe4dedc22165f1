// A backup is put back under phones that have sent more since: they see the new epoch and offer it again.
import { join } from 'node:path';
import { Api } from '../../fixtures/api.js';
import { Browser } from '../../fixtures/browser.js';
import { OFFICER, VILLAGE } from '../../fixtures/demo.js';
import { sleep } from '../../fixtures/net.js';
import { AddPage } from '../../pages/add.js';
import { SignInPage } from '../../pages/sign-in.js';
import { VillagePage } from '../../pages/village.js';
import { audit } from '../audit.js';
import { Dice } from '../dice.js';
import { Ledger } from '../ledger.js';
import { Phones } from '../phones.js';
import { Banhoc } from '../server.js';

export const name = 'backup';

export async function run({ demos, counts, seed, say }) {
  const rows = [];
  for (const engine of ['SQLite', 'PostgreSQL']) rows.push(await restores(engine, { demos, counts, seed, say }));
  return rows;
}

async function restores(engine, { demos, counts, seed, say }) {
  const database = await demos.on(engine);
  const server = new Banhoc(database);
  await server.start();
  const ledger = new Ledger();
  const phones = await Phones.signIn(server.url, ledger, { seed });
  const browser = new Browser();
  await browser.open();
  await new SignInPage(browser.page).as(server.url, OFFICER);
  const officer = await Api.signIn(server, OFFICER);
  const list = new VillagePage(browser.page);
  const village = officer.unit(VILLAGE);
  await list.open(server.url, village);
  const dice = new Dice(seed);
  const file = join(database.folder, 'backup');
  const added = [];
  let again = 0;
  const epochs = new Set([phones.all[0].epoch]);
  ledger.restored = true;
  phones.begin();
  for (let trial = 1; trial <= counts.restores; trial += 1) {
    await sleep(dice.between(50, 300));
    await database.backup(file);
    const kept = ledger.count('received');
    // Work goes on after the backup: the plain phones', and that of the one with a screen.
    const family = `Đèo Văn Hồi ${trial}`;
    await list.open(server.url, village);
    await list.add.click();
    const add = new AddPage(browser.page);
    await add.name.fill(family);
    await add.members.fill('4');
    await add.save.click();
    await browser.page.getByRole('heading', { name: family }).waitFor();
    await browser.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
    await list.expectAllReceived(60_000);
    added.push(family);
    again += ledger.count('received') - kept;

    await server.stop();
    await database.putBack(file);
    const told = await server.command('restored');
    if (!told.succeeded) throw new Error(told.said);
    await server.start();
    await browser.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
    await list.expectAllReceived(60_000);
    await phones.rest();
    await phones.settle();
    // What rested on another phone's lost work is offered when that has come back.
    await phones.settle();
    epochs.add(phones.all[0].epoch);
    if (epochs.size !== trial + 1) ledger.wrong('the epoch is not a new one');
    phones.begin();
    say(`${engine}: ${trial} restores, ${ledger.entries.size} changes`);
  }
  await phones.rest();
  await phones.settle();
  ledger.restored = false;
  await browser.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await list.expectAllReceived(60_000);
  const families = await (await Api.signIn(server, OFFICER)).subjects(village);
  for (const family of added) {
    const count = families.filter((row) => row.name === family).length;
    if (count !== 1) ledger.wrong(`${family} of the phone with a screen is there ${count} times`);
  }
  for (const error of browser.errors) ledger.wrong(`in the browser: ${error.slice(0, 200)}`);
  await browser.dispose();
  const found = await audit(server, phones);
  phones.close();
  await server.stop();
  await database.drop();
  const how = engine === 'SQLite' ? 'VACUUM INTO' : 'pg_dump';
  return {
    what: `backup put back, ${engine}`,
    trials: counts.restores,
    found,
    told: [
      `${how} under load`,
      `${again} acknowledged changes were younger than their backup and came again`,
      `${ledger.attempts} of them by a second attempt, because another phone had to come first`,
      `${added.length} families of a phone in Chromium, each there once`,
    ],
  };
}
