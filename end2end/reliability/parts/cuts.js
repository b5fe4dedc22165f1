// A line that breaks in the middle of a body, of the question or of the answer, plain and compressed.
import { sleep } from '../../fixtures/net.js';
import { audit } from '../audit.js';
import { Dice } from '../dice.js';
import { Ledger } from '../ledger.js';
import { Phones } from '../phones.js';
import { Proxy } from '../proxy.js';
import { Banhoc } from '../server.js';

export const name = 'cuts';

export async function run({ demos, counts, seed, say }) {
  const rows = [];
  for (const engine of ['SQLite', 'PostgreSQL']) rows.push(await cuts(engine, { demos, counts, seed, say }));
  return rows;
}

async function cuts(engine, { demos, counts, seed, say }) {
  const database = await demos.on(engine);
  const server = new Banhoc(database);
  await server.start();
  const dice = new Dice(seed);
  const proxy = await Proxy.before(server.port, () => {
    if (!dice.chance(60)) return undefined;
    return { cut: dice.pick(['request', 'response']), at: dice.next() };
  });
  const phones = await Phones.signIn(server.url, new Ledger(), { seed });
  phones.url = proxy.url;
  phones.begin({ most: 30, pause: 60 });
  let told = 0;
  for (;;) {
    await sleep(50);
    const done = proxy.cuts.request + proxy.cuts.response;
    if (done >= counts.cuts) break;
    if (done - told >= 250) say(`${engine}: ${(told = done)} cuts`);
  }
  await phones.rest();
  // Settles over the same bad line; only the audit asks directly.
  await phones.settle();
  phones.url = server.url;
  const { request, response } = proxy.cuts;
  const found = await audit(server, phones);
  phones.close();
  await proxy.close();
  await server.stop();
  await database.drop();
  return {
    what: `line cut in mid-body, ${engine}`,
    trials: request + response,
    found,
    told: [
      `${request} questions and ${response} answers`,
      `${proxy.packed} of them compressed`,
      `${found.late} changes were kept although their answer was lost`,
    ],
  };
}
