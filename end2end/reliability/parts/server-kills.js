// kill -9 of the server under load, and every phone offers again what it heard nothing of.
import { sleep } from '../../fixtures/net.js';
import { audit } from '../audit.js';
import { Dice } from '../dice.js';
import { Ledger } from '../ledger.js';
import { Phones } from '../phones.js';
import { Banhoc } from '../server.js';

export const name = 'server-kills';

export async function run({ demos, counts, seed, say }) {
  const rows = [];
  for (const engine of ['SQLite', 'PostgreSQL']) rows.push(await kills(engine, { demos, counts, seed, say }));
  return rows;
}

async function kills(engine, { demos, counts, seed, say }) {
  const database = await demos.on(engine);
  const server = new Banhoc(database);
  await server.start();
  const phones = await Phones.signIn(server.url, new Ledger(), { seed });
  const dice = new Dice(seed);
  const begun = Date.now();
  let busy = 0;
  phones.begin();
  for (let trial = 1; trial <= counts.kills; trial += 1) {
    await sleep(dice.between(5, 350));
    if (phones.inFlight > 0) busy += 1;
    await server.kill();
    await server.start();
    if (trial % 50 === 0) say(`${engine}: ${trial} kills, ${phones.ledger.entries.size} changes`);
  }
  const took = (Date.now() - begun) / counts.kills;
  await phones.rest();
  const found = await audit(server, phones);
  phones.close();
  await server.stop();
  await database.drop();
  const told = [
    `${busy} with changes on their way`,
    `${found.late} changes were kept although their answer was lost`,
    `${Math.round(took)} ms a trial`,
  ];
  return { what: `server killed under load, ${engine}`, trials: counts.kills, found, told };
}
