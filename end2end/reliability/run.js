// The reliability harness: what was acknowledged is never lost, whatever breaks. See docs/reliability.md.
//
//   node reliability/run.js [--short] [--write FILE] [PART...]
//
// Parts: selftest, server-kills, postgres-stops, cuts, full-disk, backup, browser-kills. Counts come from the
// environment (KILLS, STOPS, CUTS, FULLS, RESTORES, BROWSER_KILLS), chance from SEED.
import { parseArgs } from 'node:util';
import { Demos } from './database.js';
import { Postgres } from './postgres.js';
import { writeFigures } from './figures.js';
import { killAll } from './server.js';
import { removeAll } from './temporary.js';
import * as backup from './parts/backup.js';
import * as browserKills from './parts/browser-kills.js';
import * as cuts from './parts/cuts.js';
import * as fullDisk from './parts/full-disk.js';
import * as postgresStops from './parts/postgres-stops.js';
import * as selftest from './parts/selftest.js';
import * as serverKills from './parts/server-kills.js';

const PARTS = [selftest, serverKills, postgresStops, cuts, fullDisk, backup, browserKills];
/** Of a whole run, and of one that takes two minutes. Kills are per engine, browser kills per moment. */
const COUNTS = {
  kills: [500, 20],
  stops: [20, 2],
  cuts: [1_000, 60],
  fulls: [20, 2],
  restores: [10, 1],
  browserKills: [100, 3],
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean' }, write: { type: 'string' } },
});
const unknown = positionals.filter((wanted) => !PARTS.some((part) => part.name === wanted));
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${PARTS.map((it) => it.name).join(', ')}`);
const parts = PARTS.filter((part) => positionals.length === 0 || positionals.includes(part.name));
const counts = Object.fromEntries(
  Object.entries(COUNTS).map(([name, [whole, short]]) => {
    const variable = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    return [name, Number(process.env[variable] ?? (options.short ? short : whole))];
  }),
);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

const started = Date.now();
const say = (words) => console.log(`  ${String(Math.round((Date.now() - started) / 1_000)).padStart(5)} s  ${words}`);
const postgres = await Postgres.start();
// Nothing outlives the harness, also when somebody ends it early.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.once('exit', () => {
  killAll();
  postgres.end();
  removeAll();
});
const demos = new Demos(postgres);
const rows = [];
let failed = false;
try {
  for (const part of parts) {
    say(`${part.name} (seed ${seed})`);
    const from = Date.now();
    try {
      for (const row of await part.run({ demos, counts, seed, say })) {
        rows.push({ ...row, seed });
        const { found } = row;
        const isGood = found.lost === 0 && found.wrongs.length === 0 && found.unreceived === 0;
        failed ||= !isGood;
        const { received, lost, refused } = found;
        say(`${row.what}: ${row.trials} trials, ${received} acknowledged, ${lost} lost, ${refused} refused`);
        for (const words of row.told) say(`  ${words}`);
        for (const wrong of found.wrongs.slice(0, 20)) say(`WRONG: ${wrong}`);
      }
    } catch (error) {
      failed = true;
      say(`${part.name} broke off: ${error.stack}`);
      killAll();
    }
    say(`${part.name} took ${Math.round((Date.now() - from) / 1_000)} s`);
  }
} finally {
  await demos.close();
}

console.log();
console.table(
  rows.map(({ what, trials, found }) => ({
    what,
    trials,
    tapped: found.tapped,
    acknowledged: found.received,
    lost: found.lost,
    refused: found.refused,
    wrong: found.wrongs.length,
  })),
);
if (options.write) writeFigures(options.write, rows, postgres.version());
process.exit(failed ? 1 : 0);
