// Whether the harness sees a loss: one is planted by hand in a copy of the database, and must be reported.
import { sleep } from '../../fixtures/net.js';
import { audit } from '../audit.js';
import { Sqlite } from '../database.js';
import { Ledger } from '../ledger.js';
import { Phones } from '../phones.js';
import { Banhoc } from '../server.js';

export const name = 'selftest';

const TWIN = '00000000-0000-7000-8000-000000000001';
const ONE = {
  form: `SELECT doc FROM changes WHERE body LIKE '%GD.4b%' AND outcome LIKE '{"received"%' AND device = '$device' LIMIT 1`,
  change: `SELECT id FROM changes WHERE body LIKE '%GD.1a%' AND outcome LIKE '{"received"%' AND device = '$device' LIMIT 1`,
};

/** What is done to the database, and what must be said of it. */
const PLANTS = [
  { what: 'nothing', sql: 'SELECT 1', seen: (found) => found.lost === 0 && found.wrongs.length === 0 },
  { what: 'a form is deleted', sql: `DELETE FROM documents WHERE id = (${ONE.form})`, seen: (found) => found.lost > 1 },
  {
    what: 'a row of the log is deleted',
    sql: `DELETE FROM changes WHERE id = (${ONE.change})`,
    seen: (found) => found.lost === 1,
  },
  {
    what: 'an answer is another',
    sql: `UPDATE documents SET body = json_set(body, '$.fields."village.GD.4b"', 'x') WHERE id = (${ONE.form})`,
    seen: (found) => found.lost === 1,
  },
  {
    what: 'a total is one too high',
    sql: `UPDATE rollup SET scored = scored + 1 WHERE rowid = (SELECT max(rowid) FROM rollup)`,
    seen: (found) => found.lost === 0 && found.wrongs.some((wrong) => wrong.startsWith('the totals')),
  },
  {
    what: 'a family is there twice',
    sql: `INSERT INTO documents
        (id, shard, place, kind, since, until, folded, searched, sort_key, figures, seq, body)
      SELECT '${TWIN}', shard, place, kind, since, until, folded, searched, sort_key, figures, 1000000,
        replace(replace(body, id, '${TWIN}'), '"seq":', '"seq":1000000')
      FROM documents WHERE kind = 'household' AND body LIKE '%Lò Văn Thử 1"%' LIMIT 1`,
    seen: (found) =>
      found.wrongs.some((wrong) => wrong.startsWith('a family nobody registered') || wrong.startsWith('the totals')),
  },
];

export async function run({ demos, seed, say }) {
  const database = await demos.sqlite();
  const server = new Banhoc(database);
  await server.start();
  const ledger = new Ledger();
  const phones = await Phones.signIn(server.url, ledger, { seed });
  phones.begin();
  await sleep(1_500);
  await phones.rest();
  await phones.settle();
  await server.stop();
  const missed = [];
  let control;
  for (const plant of PLANTS) {
    const copy = new Sqlite();
    await database.copyTo(copy);
    await copy.sql(plant.sql.replaceAll('$device', phones.all[0].device));
    const planted = new Banhoc(copy);
    planted.port = server.port;
    await planted.start();
    phones.tellTo(ledger.fork());
    const found = await audit(planted, phones);
    control ??= found;
    if (!plant.seen(found))
      missed.push(`planted, ${plant.what}: ${found.lost} lost, ${JSON.stringify(found.wrongs.slice(0, 3))}`);
    const [first = 'nothing else'] = found.wrongs;
    say(`planted: ${plant.what}; reported: ${found.lost} lost, ${first.slice(0, 90)}`);
    await planted.stop();
    await copy.drop();
  }
  phones.close();
  await database.drop();
  control.wrongs = [...control.wrongs, ...missed];
  const told = [`${PLANTS.length - 1 - missed.length} of ${PLANTS.length - 1} planted losses were reported`];
  return [{ what: 'the harness itself', trials: PLANTS.length, found: control, told }];
}
