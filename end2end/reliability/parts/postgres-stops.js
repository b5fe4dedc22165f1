// PostgreSQL stops at once under load and comes back. The server says 503 in between, lives on, and serves again by itself.
import { sleep } from '../../fixtures/net.js';
import { audit } from '../audit.js';
import { Dice } from '../dice.js';
import { Ledger } from '../ledger.js';
import { ask, Phones } from '../phones.js';
import { Banhoc } from '../server.js';

export const name = 'postgres-stops';

/** A phone gives up an exchange after 30 s of silence; an answer that it waits for much longer than this is no answer. */
const ANSWER_WITHIN = 10_000;

export async function run({ demos, counts, seed, say }) {
  const cluster = demos.postgres;
  const database = await demos.postgresql();
  const server = new Banhoc(database);
  await server.start();
  const ledger = new Ledger();
  const phones = await Phones.signIn(server.url, ledger, { seed });
  const dice = new Dice(seed);
  const { pid } = server.process;
  let slowest = 0;
  let back = 0;
  phones.begin();
  for (let trial = 1; trial <= counts.stops; trial += 1) {
    await sleep(dice.between(100, 700));
    await cluster.stopAtOnce();
    const asked = Date.now();
    await Promise.all(
      ['/readyz', '/api/v1/session'].map(async (path) => {
        const answer = await ask(undefined, server.url, 'GET', path, { cookie: phones.all[0].cookie });
        const isProblem = answer.headers['content-type'] === 'application/problem+json';
        if (answer.status !== 503 || !isProblem)
          ledger.wrong(`${path} without a database: ${answer.status} ${answer.body}`);
      }),
    );
    slowest = Math.max(slowest, Date.now() - asked);
    await sleep(dice.between(50, 400));
    await cluster.begin();
    const before = ledger.count('received');
    const begun = Date.now();
    while (ledger.count('received') === before) {
      if (Date.now() - begun > 60_000) throw new Error('nothing is received any more');
      await sleep(20);
    }
    back = Math.max(back, Date.now() - begun);
    if (trial % 5 === 0) say(`${trial} stops, ${ledger.entries.size} changes`);
  }
  await phones.rest();
  if (slowest > ANSWER_WITHIN) ledger.wrong(`an answer without a database took ${slowest} ms`);
  if (!server.lives || server.process.pid !== pid || server.starts !== 1) ledger.wrong('the server did not live on');
  const found = await audit(server, phones);
  phones.close();
  await server.stop();
  await database.drop();
  const told = [
    'the same process served on',
    `503 within ${slowest} ms`,
    `the next change was received at most ${back} ms after the database was back`,
  ];
  return [{ what: 'PostgreSQL stopped at once under load', trials: counts.stops, found, told }];
}
