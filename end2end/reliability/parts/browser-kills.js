// kill -9 of the whole browser, while somebody taps and while it sends. What the page had called saved on this phone is
// there when it is opened again, and in the end the commune has it once.
import { readdirSync, readFileSync } from 'node:fs';
import { Api } from '../../fixtures/api.js';
import { Browser } from '../../fixtures/browser.js';
import { OFFICER, VILLAGE } from '../../fixtures/demo.js';
import { sleep } from '../../fixtures/net.js';
import { AddPage } from '../../pages/add.js';
import { FieldPage } from '../../pages/field.js';
import { SignInPage } from '../../pages/sign-in.js';
import { VillagePage } from '../../pages/village.js';
import { formOf } from '../changes.js';
import { Dice } from '../dice.js';
import { Proxy } from '../proxy.js';
import { Banhoc } from '../server.js';

export const name = 'browser-kills';

/** What the radio buttons of a question mean, in their order on the screen. One that asks further means nothing by itself. */
const ANSWERS = {
  'GD.1': { 'GD.1a': [10, null, 0], 'GD.1b': [10, null, 0], 'GD.1c': [10, null, 0] },
  'GD.2': { 'GD.2a': [10, null, 0], 'GD.2b': [true, false] },
  'GD.3': { 'GD.3a': [true, false], 'GD.3b': [true, false] },
  'GD.4': { 'GD.4a': [true, false], 'GD.4b': [true, false] },
};
const SAVED = 'Đã lưu trên máy';

/** Runs in the page: tells of every time the form begins to say "saved", with what had been tapped until then. */
function watch(saved) {
  const taps = [];
  let said = '';
  document.addEventListener(
    'change',
    ({ target }) => target.type === 'radio' && taps.push([target.name, Number(target.value)]),
    true,
  );
  new MutationObserver(() => {
    const says = document.querySelector('.foot .saved')?.textContent.trim() ?? '';
    // Only a turn to "saved" is a new promise: the word may still stand there when the next tap has come.
    if (says !== said && says === saved && taps.length > 0) globalThis.promised(location.pathname, taps.slice());
    said = says;
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

export async function run({ demos, counts, seed, say }) {
  const rows = [];
  for (const moment of ['typing', 'syncing']) rows.push(await kills(moment, { demos, counts, seed, say }));
  return rows;
}

async function kills(moment, { demos, counts, seed, say }) {
  const database = await demos.sqlite();
  const server = new Banhoc(database);
  await server.start();
  const proxy = await Proxy.before(server.port);
  const field = await Field.open(server, proxy, new Dice(seed));
  const begun = Date.now();
  for (let trial = 1; trial <= counts.browserKills; trial += 1) {
    await field.trial(trial, moment);
    if (trial % 10 === 0)
      say(`${moment}: ${trial} kills, ${field.promises} taps were called saved, ${field.lost.length} of them lost`);
  }
  const took = (Date.now() - begun) / counts.browserKills;
  const found = await field.end();
  await proxy.close();
  await server.stop();
  await database.drop();
  const told = [
    ...(moment === 'syncing' ? [`${field.inExchange} while an exchange was open`] : []),
    `${field.taps} taps, ${field.promises} called saved on this phone before the kill`,
    `${field.names.size} families typed`,
    `${field.drafts} of ${field.halves} half-typed names were there again`,
    `${(took / 1_000).toFixed(1)} s a trial`,
  ];
  return { what: `Chromium killed while ${moment}`, trials: counts.browserKills, found, told };
}

/** One officer's phone, the same through all of its deaths. */
class Field {
  static async open(server, proxy, dice) {
    const field = new Field();
    Object.assign(field, {
      server,
      proxy,
      dice,
      promises: 0,
      taps: 0,
      halves: 0,
      drafts: 0,
      inExchange: 0,
      lost: [],
      wrongs: [],
    });
    const api = await Api.signIn(server, OFFICER);
    field.api = api;
    field.year = api.session.year;
    field.village = api.unit(VILLAGE);
    const open = (row) => row.stage === null || row.stage === 'registered' || row.stage === 'in_progress';
    const rows = await api.subjects(field.village);
    field.before = rows.length;
    field.families = rows.filter(open).map((row) => row.id);
    /** What was typed, by name: whether it was called saved. */
    field.names = new Map();
    /** By family and question: the answers that may stand there. */
    field.stands = new Map();
    field.browser = new Browser();
    // A proxy that hangs up is no network.
    field.browser.expected.push('net::ERR_SOCKET_NOT_CONNECTED');
    await field.launch();
    await new SignInPage(field.page).as(proxy.url, OFFICER);
    await new VillagePage(field.page).open(proxy.url, field.village);
    await new FieldPage(field.page).readyForOffline();
    // Chromium writes down who is signed in (localStorage, cookies) some seconds later; closed in peace, it has.
    await field.browser.close();
    await field.launch();
    return field;
  }

  async launch() {
    this.page = await this.browser.open();
    await this.browser.context.exposeFunction('promised', (path, taps) => this.hear(path, taps));
    await this.browser.context.addInitScript(watch, SAVED);
  }

  hear(path, taps) {
    if (this.dead || !this.at || !path.startsWith(this.at.path)) return;
    const counts = new Map();
    for (const [code] of taps) counts.set(code, (counts.get(code) ?? 0) + 1);
    this.at.told = counts;
  }

  async trial(trial, moment) {
    const { dice } = this;
    if (this.at) await this.verify();
    // Typing happens out of signal, where the phone alone can remember; a slow line gives time to die while syncing.
    this.proxy.isDown = moment === 'typing';
    this.proxy.delay = moment === 'syncing' ? dice.between(30, 400) : 0;
    let family = dice.pick(this.families);
    this.dead = false;
    if (trial % 4 === 0) family = (await this.type(trial)) ?? family;
    if (!this.dead) await this.tap(family, moment);
    if (!this.dead) await this.kill();
  }

  /** A family found on the way; sometimes the phone dies in the middle of its name. */
  async type(trial) {
    const { dice, page } = this;
    const name = `Tẩn Láo Tả ${trial}`;
    await page.goto(`${this.proxy.url}/village/${this.village}/add`);
    const add = new AddPage(page);
    await add.name.waitFor();
    const draft = await add.name.inputValue();
    if (this.halfTyped && draft !== '' && this.halfTyped.startsWith(draft)) this.drafts += 1;
    this.halfTyped = undefined;
    await add.name.fill('');
    if (trial % 8 === 0) {
      // It begins with what no other name begins with, or an older draft could be taken for it.
      const half = `${trial}. ${name}`.slice(0, dice.between(5, 12));
      await add.name.pressSequentially(half, { delay: 5 });
      this.halfTyped = half;
      this.halves += 1;
      await sleep(dice.between(0, 1_500));
      await this.kill();
      this.at = undefined;
      return undefined;
    }
    this.names.set(name, false);
    await add.name.pressSequentially(name, { delay: 2 });
    await add.members.fill('5');
    await add.save.click();
    await page.getByRole('heading', { name }).waitFor();
    return { id: new URL(page.url()).pathname.split('/').at(-1), name };
  }

  async tap(family, moment) {
    const { dice, page } = this;
    const id = family.id ?? family;
    const group = dice.pick(Object.keys(ANSWERS));
    const path = `/subject/${id}/score/${group}`;
    await page.goto(this.proxy.url + path);
    await this.waitForForm(15_000);
    const now = await this.chosen(group);
    this.at = { path, id, group, name: family.name, before: now, intended: new Map(), told: new Map() };
    const tapping = this.tapOn(group, now).catch(() => {});
    if (moment === 'syncing') {
      await sleep(dice.between(50, 300));
      // A tap is sent two seconds later; going online sends at once.
      await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
      await sleep(dice.between(0, 600));
      if (this.proxy.open > 0) this.inExchange += 1;
    } else {
      await sleep(dice.between(20, 900));
    }
    await this.kill();
    await tapping;
  }

  async waitForForm(timeout) {
    try {
      await this.page.locator('section.criterion').first().waitFor({ timeout });
    } catch {
      const shown = await this.page.locator('body').innerText();
      throw new Error(`${this.page.url()} does not show the form: ${shown.slice(0, 300)}`);
    }
  }

  async tapOn(group, now) {
    const questions = Object.entries(ANSWERS[group]);
    const last = { ...now };
    while (!this.dead) {
      const [code, answers] = this.dice.pick(questions);
      const choice = this.dice.pick([...answers.keys()].filter((it) => it !== last[code] && answers[it] !== null));
      last[code] = choice;
      const { intended } = this.at;
      if (!intended.has(code)) intended.set(code, []);
      intended.get(code).push(choice);
      this.taps += 1;
      await this.page.locator(`section.criterion[id="${code}"] label.option`).nth(choice).click({ timeout: 3_000 });
    }
  }

  /** The chosen button of each question; -1 where there is none. */
  async chosen(group) {
    const state = await this.page.evaluate(() =>
      [...document.querySelectorAll('section.criterion')].map((it) => [
        it.id,
        [...it.querySelectorAll('.choice input[type=radio]')].findIndex((radio) => radio.checked),
      ]),
    );
    const chosen = Object.fromEntries(state);
    return Object.fromEntries(Object.keys(ANSWERS[group]).map((code) => [code, chosen[code]]));
  }

  /** SIGKILL to every process of the browser, and a new start on the same profile. */
  async kill() {
    this.dead = true;
    const ended = new Promise((done) => this.browser.context.once('close', done));
    for (const id of processesOf(this.browser.profile)) {
      try {
        process.kill(id, 'SIGKILL');
      } catch {
        // Its parent was faster.
      }
    }
    await ended;
    this.browser.context = undefined;
    await this.launch();
  }

  /** What stands on the phone now, against what it had called saved. */
  async verify() {
    const { page, at } = this;
    await page.goto(this.proxy.url + at.path);
    const told = [...at.told.values()].reduce((sum, count) => sum + count, 0);
    this.promises += told;
    try {
      await this.waitForForm(told > 0 || !at.name ? 15_000 : 2_000);
    } catch (error) {
      // A new family of which nothing was called saved may be gone; any other may not.
      if (told > 0 || !at.name) this.lost.push(error.message);
      return;
    }
    if (at.name && told > 0) this.names.set(at.name, true);
    const now = await this.chosen(at.group);
    for (const code of Object.keys(ANSWERS[at.group])) {
      const intended = at.intended.get(code) ?? [];
      const promised = at.told.get(code) ?? 0;
      const may = promised > 0 ? intended.slice(promised - 1) : [at.before[code], ...intended];
      if (!may.includes(now[code]))
        this.lost.push(
          `${at.path} ${code} is ${now[code]}, may be ${may}; ${promised} of ${intended} were called saved`,
        );
      this.stands.set(`${at.id}/${code}`, now[code]);
    }
  }

  /** Everything goes to the commune, once. */
  async end() {
    if (this.at) await this.verify();
    this.proxy.isDown = false;
    this.proxy.delay = 0;
    const list = new VillagePage(this.page);
    await list.open(this.proxy.url, this.village);
    await this.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
    await list.expectAllReceived(60_000);
    let missing = 0;
    let received = 0;
    for (const [key, choice] of this.stands) {
      if (choice < 0) continue;
      const [id, code] = key.split('/');
      const [[text] = []] = await this.server.database.sql(
        `SELECT body FROM documents WHERE id = '${formOf(id, this.year)}'`,
      );
      const answer = text && JSON.parse(text).fields[`village.${code}`];
      const wanted = ANSWERS[code.slice(0, 4)][code][choice];
      if (answer === wanted) received += 1;
      else {
        missing += 1;
        this.wrongs.push(`lost: ${key} is ${answer} at the commune, ${wanted} on the phone`);
      }
    }
    const rows = await this.api.subjects(this.village);
    let added = 0;
    for (const [name, isPromised] of this.names) {
      const count = rows.filter((row) => row.name === name).length;
      added += count;
      if (count > 1) this.wrongs.push(`${name} is there ${count} times`);
      if (count < 1 && isPromised) this.lost.push(`${name} is not there`);
    }
    if (rows.length !== this.before + added)
      this.wrongs.push(`${rows.length} families, ${this.before} before and ${added} added`);
    const refused = await this.server.database.sql(
      `SELECT count(*) FROM changes WHERE outcome NOT LIKE '{"received"%'`,
    );
    const recount = await this.server.command('check');
    if (!recount.succeeded) this.wrongs.push(`the totals: ${recount.said}`);
    for (const error of this.browser.errors) this.wrongs.push(`in the browser: ${error.slice(0, 300)}`);
    await this.browser.dispose();
    for (const lost of this.lost.slice(0, 5)) this.wrongs.push(`lost: ${lost}`);
    return {
      tapped: this.taps,
      received: this.promises,
      refused: Number(refused[0][0]),
      unreceived: 0,
      lost: this.lost.length + missing,
      wrongs: this.wrongs,
      standing: received,
    };
  }
}

/** The browser that keeps this profile, and everything it has started. */
function processesOf(profile) {
  const all = readdirSync('/proc')
    .filter((it) => /^\d+$/.test(it))
    .map(Number);
  const read = (id, what) => {
    try {
      return readFileSync(`/proc/${id}/${what}`, 'utf8');
    } catch {
      return '';
    }
  };
  const parents = new Map(all.map((id) => [id, Number(read(id, 'stat').split(') ').at(-1).split(' ')[1])]));
  const found = all.filter((id) => read(id, 'cmdline').includes(`--user-data-dir=${profile}`));
  for (let at = 0; at < found.length; at += 1) {
    for (const [id, parent] of parents) if (parent === found[at] && !found.includes(id)) found.push(id);
  }
  return found;
}
