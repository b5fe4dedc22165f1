// A disk that is full: a small tmpfs with the database on it, filled up under load and emptied again.
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../../fixtures/net.js';
import { audit } from '../audit.js';
import { Sqlite } from '../database.js';
import { Dice } from '../dice.js';
import { Ledger } from '../ledger.js';
import { Phones } from '../phones.js';
import { Banhoc } from '../server.js';
import { remove, smallDisk } from '../temporary.js';

export const name = 'full-disk';

/** Beside the database at its beginning. */
const ROOM = 96 << 20;

export async function run({ demos, counts, seed, say }) {
  const made = await demos.sqlite();
  const folder = smallDisk(statSync(made.file).size + ROOM);
  const data = join(folder, 'data');
  mkdirSync(data);
  const database = new Sqlite(data);
  await made.copyTo(database);
  const row = await fills(new Disk(folder), database, { counts, seed, say });
  remove(folder);
  await made.drop();
  return [row];
}

/** The disk, which others fill. */
class Disk {
  constructor(folder) {
    this.ballast = join(folder, 'ballast');
  }

  fill() {
    const file = openSync(this.ballast, 'w');
    try {
      for (let block = 1 << 20; block >= 512;) {
        try {
          writeSync(file, Buffer.alloc(block));
        } catch (error) {
          if (error.code !== 'ENOSPC') throw error;
          block /= 2;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  empty() {
    rmSync(this.ballast, { force: true });
  }
}

async function fills(disk, database, { counts, seed, say }) {
  const server = new Banhoc(database);
  await server.start();
  const ledger = new Ledger();
  const phones = await Phones.signIn(server.url, ledger, { seed });
  const dice = new Dice(seed);
  const turned = () => [...ledger.turnedAway.values()].reduce((sum, count) => sum + count, 0);
  const until = async (what, holds) => {
    const late = Date.now() + 60_000;
    while (!holds()) {
      if (Date.now() > late)
        throw new Error(
          `not within a minute: ${what}; ${JSON.stringify([...ledger.turnedAway])} ${server.log.slice(-600)}`,
        );
      await sleep(20);
    }
  };
  let killed = 0;
  phones.begin();
  for (let trial = 1; trial <= counts.fulls; trial += 1) {
    await sleep(dice.between(50, 400));
    disk.fill();
    const before = turned();
    await until('the disk is full and nobody is told', () => turned() > before + 3);
    await sleep(dice.between(50, 400));
    const dies = trial % 2 === 0;
    if (dies) {
      // The machine dies while its disk is full, too.
      await server.kill();
      killed += 1;
    } else if (!server.lives) {
      ledger.wrong('the server ended');
    }
    disk.empty();
    if (!server.lives) await server.start();
    const received = ledger.count('received');
    await until('there is room and nothing is received', () => ledger.count('received') > received);
    say(`${trial} times full, ${ledger.entries.size} changes, ${turned()} exchanges turned away`);
  }
  await phones.rest();
  for (const status of ledger.turnedAway.keys())
    if (status < 500 || status > 599) ledger.wrong(`${status} from a full disk`);
  const found = await audit(server, phones);
  phones.close();
  await server.stop();
  const times = [...ledger.turnedAway].map(([status, count]) => `${count} exchanges got ${status}`).join(', ');
  return {
    what: 'disk full under load, SQLite',
    trials: counts.fulls,
    found,
    told: [
      'on a tmpfs filled to its last byte',
      `${times}, each a problem+json`,
      `${killed} times the server was killed as well`,
      'it went on when there was room',
    ],
  };
}
