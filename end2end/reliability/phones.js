// A phone of the protocol, without a screen: an outbox, what it has sent, and where it left the feed.
// It keeps to what shared/src/sync tells: frozen bytes, everything offered again until there is a receipt for it, and
// offered again from the beginning when the server's epoch is a new one.
import { Agent, request } from 'node:http';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { COMMUNE, OFFICER, PASSWORD, VILLAGE } from '../fixtures/demo.js';
import { sleep } from '../fixtures/net.js';
import { Family, secondAttempt, uuid7 } from './changes.js';
import { Dice } from './dice.js';
import { RECEIVED, TAPPED } from './ledger.js';

const SURVEYOR = 'khaosat';
/** From here on a phone compresses what it sends. */
const GZIP_FROM = 1_024;
const BATCH = 500;
/** So many received changes are kept for the day a server is restored. */
const SENT_KEPT = 5_000;
const SILENCE = 40_000;

/** The server answered, and not with what was asked for. */
export class Turned extends Error {
  constructor(answer) {
    super(`${answer.status} ${answer.body.toString('utf8', 0, 300)}`);
    this.status = answer.status;
    this.isProblem = /^application\/problem\+json/.test(answer.headers['content-type'] ?? '');
  }
}

/** One exchange of HTTP, read to its end; anything less is an error. */
export function ask(agent, url, method, path, { cookie, body } = {}) {
  return new Promise((done, fail) => {
    const headers = { accept: 'application/json', 'accept-encoding': 'gzip, br' };
    if (cookie) headers.cookie = cookie;
    let bytes;
    if (body !== undefined) {
      bytes = Buffer.from(JSON.stringify(body));
      headers['content-type'] = 'application/json';
      if (bytes.length >= GZIP_FROM) {
        bytes = gzipSync(bytes, { level: 1 });
        headers['content-encoding'] = 'gzip';
      }
      headers['content-length'] = bytes.length;
    }
    const sent = request(new URL(path, url), { method, agent, headers, timeout: SILENCE }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.once('error', fail);
      response.once('aborted', () => fail(new Error('the answer was cut')));
      response.once('end', () => {
        if (!response.complete) return fail(new Error('the answer was cut'));
        try {
          done({
            status: response.statusCode,
            headers: response.headers,
            body: unpacked(response.headers, Buffer.concat(parts)),
          });
        } catch (error) {
          fail(error);
        }
      });
    });
    sent.once('error', fail);
    sent.once('timeout', () => sent.destroy(new Error('silence')));
    sent.end(bytes);
  });
}

function unpacked(headers, body) {
  switch (headers['content-encoding']) {
    case 'gzip':
      return gunzipSync(body);
    case 'br':
      return brotliDecompressSync(body);
    default:
      return body;
  }
}

export class Phone {
  constructor(username, ledger, dice, neighbours) {
    this.username = username;
    this.ledger = ledger;
    this.dice = dice;
    this.neighbours = neighbours;
    this.device = uuid7();
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
    /** To be received, in the order tapped; then what was, in the same order. */
    this.outbox = [];
    this.sent = [];
    /** Refused because the document was not known; offered once more when it comes, under another id. */
    this.aside = [];
    this.cursors = {};
    this.documents = new Map();
    this.keepsDocuments = false;
    this.inFlight = 0;
  }

  async signIn(url) {
    this.url = url;
    const answer = await ask(this.agent, url, 'POST', '/api/v1/login', {
      body: { username: this.username, password: PASSWORD },
    });
    if (answer.status !== 200) throw new Turned(answer);
    this.cookie = answer.headers['set-cookie'].map((it) => it.split(';')[0]).join('; ');
    this.session = JSON.parse(answer.body);
    const { scope } = this.session.actor;
    if (scope.villages) [[this.commune, this.village]] = scope.villages;
    return this;
  }

  get place() {
    return { commune: this.commune, village: this.village };
  }

  /** The next thing an officer taps: the next step of a family, a new family, or a note about a neighbour's. */
  tap() {
    if (this.dice.chance(4)) {
      const family = this.neighbours.find(
        (it) => !it.noted && it.by !== this && it.place.village === this.village && it.isListed(),
      );
      if (family) {
        family.noted = true;
        const value = `Đã hỏi thăm ${family.number}`;
        const change = {
          id: uuid7(),
          doc: family.subject,
          made_at: new Date().toISOString(),
          body: { set_field: { field: 'note', value } },
        };
        return this.record({ change, holds: [['note', value]] });
      }
    }
    if (!this.family || this.family.isDone) {
      this.neighbours.count += 1;
      const family = new Family(this.place, this.session.year, this.neighbours.count);
      family.by = this;
      this.family = family;
    }
    const { family } = this;
    const step = family.next();
    if (family.step === 1) {
      family.isListed = () => this.ledger.entries.get(step.change.id).state === 'received';
      this.neighbours.push(family);
    }
    return this.record(step);
  }

  record(step) {
    this.ledger.tapped(this, step);
    this.outbox.push(step.change);
  }

  body(changes) {
    const oldest = this.outbox[0]?.made_at;
    return {
      user: this.session.actor.user,
      device: this.device,
      app_version: '0.1.0',
      protocol: 1,
      ...(this.server ? { server: this.server, epoch: this.epoch, scope: this.scope } : {}),
      cursors: this.cursors,
      changes,
      unsent: this.outbox.length,
      ...(oldest ? { oldest_unsent: oldest } : {}),
      clock: new Date().toISOString(),
    };
  }

  /** One exchange; whether there is more to read or to send. Fails with whatever went wrong, and nothing is lost by that. */
  async exchange(changes = this.outbox.slice(0, BATCH)) {
    let answer;
    this.inFlight = changes.length;
    try {
      answer = await ask(this.agent, this.url, 'POST', '/api/v1/sync', {
        cookie: this.cookie,
        body: this.body(changes),
      });
      if (answer.status === 200) answer.reply = JSON.parse(answer.body);
    } catch (error) {
      this.ledger.heardNothing(changes);
      throw error;
    } finally {
      this.inFlight = 0;
    }
    if (answer.status !== 200) {
      const turned = new Turned(answer);
      this.ledger.turned(answer.status);
      if (!turned.isProblem) this.ledger.wrong(`an answer ${answer.status} without a problem+json`);
      throw turned;
    }
    return this.#receive(changes, answer.reply);
  }

  #receive(changes, reply) {
    if (this.server && this.server !== reply.server) {
      this.ledger.wrong('another server answered');
      return false;
    }
    const restored = this.epoch !== undefined && this.epoch !== reply.epoch;
    if (restored) {
      this.outbox = [...this.sent, ...this.outbox];
      this.sent = [];
    }
    if (restored || reply.reset) this.documents.clear();
    const isWhole = reply.receipts.length === changes.length || (restored && reply.receipts.length === 0);
    if (!isWhole || reply.receipts.some((receipt, at) => receipt.change !== changes[at].id)) {
      this.ledger.wrong(`${changes.length} changes got ${reply.receipts.length} receipts`);
      return false;
    }
    const answered = new Set();
    for (const receipt of reply.receipts) {
      this.ledger.acknowledged(receipt);
      answered.add(receipt.change);
    }
    const left = [];
    for (const change of this.outbox) {
      if (!answered.has(change.id)) left.push(change);
      else this.#answered(change);
    }
    this.sent = this.sent.slice(-SENT_KEPT);
    const arrived = new Set(reply.documents.map((document) => document.id));
    this.outbox = [
      ...left,
      ...this.aside.filter((change) => arrived.has(change.doc)).map((change) => this.#attempt(change)),
    ];
    this.aside = this.aside.filter((change) => !arrived.has(change.doc));
    if (this.keepsDocuments) for (const document of reply.documents) this.documents.set(document.id, document);
    this.server = reply.server;
    this.epoch = reply.epoch;
    this.scope = reply.scope;
    this.cursors = restored ? {} : reply.cursors;
    return reply.more || restored || this.outbox.length > 0;
  }

  #answered(change) {
    const { state } = this.ledger.entries.get(change.id);
    if (state === RECEIVED) this.sent.push(change);
    else if (state === TAPPED) this.aside.push(change);
    // Any other refusal is for a person to read.
  }

  #attempt(change) {
    const again = { ...change, id: secondAttempt(change.id) };
    this.ledger.attempted(change.id, again);
    return again;
  }

  /** Taps and sends until it is told to stop. */
  async work({ most = 12, pause = 30 } = {}) {
    this.working = true;
    while (this.working) {
      // A phone that was offline for long brings a full batch.
      const taps = this.dice.chance(1) ? BATCH : this.dice.between(1, most);
      for (let at = 0; at < taps && this.outbox.length < 2 * BATCH; at += 1) this.tap();
      try {
        await this.exchange();
        await sleep(this.dice.between(1, pause));
      } catch (error) {
        await this.failed(error);
      }
    }
  }

  async failed(error) {
    if (error instanceof Turned && error.status === 401) return this.signInAgain();
    // A real phone waits longer; here what matters is what happens next.
    await sleep(this.dice.between(5, 25));
  }

  async signInAgain() {
    try {
      await this.signIn(this.url);
    } catch {
      await sleep(200);
    }
  }

  /** Sends what waits and reads what there is, however often that fails. */
  async settle(within = 60_000) {
    const late = Date.now() + within;
    for (;;) {
      try {
        if (!(await this.exchange())) return;
      } catch (error) {
        if (Date.now() > late) throw error;
        await this.failed(error);
        await sleep(50);
      }
    }
  }

  close() {
    this.working = false;
    this.agent.destroy();
  }
}

/** Phones of several people, at work on one server. */
export class Phones {
  static WHO = [OFFICER, COMMUNE, SURVEYOR, OFFICER, COMMUNE, SURVEYOR, OFFICER, COMMUNE];

  static async signIn(url, ledger, { seed = 1, count = 8 } = {}) {
    const phones = new Phones();
    phones.ledger = ledger;
    phones.families = Object.assign([], { count: 0 });
    phones.all = [];
    for (let at = 0; at < count; at += 1) {
      const who = Phones.WHO[at % Phones.WHO.length];
      const phone = await new Phone(who, ledger, new Dice(seed * 1_000 + at), phones.families).signIn(url);
      if (!phone.village) {
        // The commune's officer walks the same village as its head.
        const village = phone.session.units.find((unit) => unit.names.some((name) => name.value === VILLAGE));
        phone.village = village.id;
        phone.commune = phones.all[0].commune;
      }
      await phone.settle();
      phones.all.push(phone);
    }
    return phones;
  }

  /** Through another address of the same server, such as a proxy. */
  set url(url) {
    for (const phone of this.all) phone.url = url;
  }

  begin(how) {
    this.at = this.all.map((phone) => phone.work(how));
  }

  /** Nobody taps any more; exchanges that have begun end. */
  async rest() {
    for (const phone of this.all) phone.working = false;
    await Promise.all(this.at ?? []);
    this.at = undefined;
  }

  /** From now on everything is written into another ledger. */
  tellTo(ledger) {
    this.ledger = ledger;
    for (const phone of this.all) phone.ledger = ledger;
  }

  /** How many changes are on their way right now. */
  get inFlight() {
    return this.all.reduce((sum, phone) => sum + phone.inFlight, 0);
  }

  async settle() {
    for (const phone of this.all) await phone.settle();
  }

  close() {
    for (const phone of this.all) phone.close();
  }
}
