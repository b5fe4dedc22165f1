// After the trials: what was acknowledged must be there, once, and everything must add up.
import { COMMUNE } from '../fixtures/demo.js';
import { RECEIVED, REFUSED, TAPPED } from './ledger.js';
import { Phone } from './phones.js';

const BATCH = 500;

/** Asks the server for every acknowledged change again, reads everything with new phones, and lets it recount. */
export async function audit(server, phones) {
  const { ledger } = phones;
  await phones.settle();
  const lost = new Map();
  const lose = (entry, why) => lost.has(entry.change.id) || lost.set(entry.change.id, why);

  // The same change gets the same receipt.
  for (const phone of phones.all) {
    const own = [...ledger.entries.values()].filter((entry) => entry.phone === phone && entry.state !== TAPPED);
    for (let at = 0; at < own.length; at += BATCH) {
      await phone.exchange(own.slice(at, at + BATCH).map((entry) => entry.change));
    }
    for (const entry of own) if (entry.contradicted) lose(entry, 'another receipt');
  }

  // A new phone of each person reads everything.
  const documents = new Map();
  for (const username of new Set([...phones.all.map((phone) => phone.username), COMMUNE])) {
    const fresh = await new Phone(username, ledger, undefined, []).signIn(server.url);
    fresh.keepsDocuments = true;
    await fresh.settle();
    for (const [id, document] of fresh.documents) documents.set(id, document);
    fresh.close();
  }
  for (const [id, expected] of ledger.expected()) {
    const document = documents.get(id);
    if (!document) {
      for (const entry of expected.entries) lose(entry, 'its document is missing');
      continue;
    }
    for (const [field, { value, entry }] of expected.fields) {
      if (document.fields[field] !== value) lose(entry, `${field} is ${document.fields[field]}, not ${value}`);
      // Nobody here writes what somebody else writes, so nothing may be in conflict.
      if (document.conflicts?.[field]) ledger.wrong(`${id} ${field} is in conflict`);
    }
    const stage = document.about.assessment?.stage;
    if (expected.stage && stage !== expected.stage.value) lose(expected.stage.entry, `its stage is ${stage}`);
  }

  // Once: one row of the log per change, one family per registration.
  const devices = phones.all.map((phone) => `'${phone.device}'`).join(',');
  const rows = await server.database.sql(`SELECT id, received_at FROM changes WHERE device IN (${devices})`);
  const log = new Map();
  for (const [id, receivedAt] of rows) log.set(id, Number(receivedAt));
  // The first attempt of a change that was offered twice is refused for ever, and says so in the log.
  const decided = ledger.count(RECEIVED) + ledger.count(REFUSED) + ledger.attempts;
  let late = 0;
  for (const entry of ledger.entries.values()) {
    if (entry.state === TAPPED) continue;
    if (!log.has(entry.change.id)) lose(entry, 'no row in the log');
    else if (entry.unansweredAt && log.get(entry.change.id) < entry.unansweredAt) late += 1;
  }
  if (log.size > decided) ledger.wrong(`${log.size} rows of the log for ${decided} changes`);
  const families = new Set(phones.families.map((family) => family.subject));
  const ours = [...documents.values()].filter((document) => document.fields.name?.startsWith('Lò Văn Thử '));
  for (const document of ours)
    if (!families.has(document.id)) ledger.wrong(`a family nobody registered: ${document.id}`);

  // The totals are what a recount finds.
  const recount = await server.command('check');
  if (!recount.succeeded) ledger.wrong(`the totals: ${recount.said.trim().slice(0, 300)}`);

  for (const why of [...lost.values()].slice(0, 5)) ledger.wrong(`lost: ${why}`);
  return {
    tapped: ledger.entries.size,
    received: ledger.count(RECEIVED),
    refused: ledger.count(REFUSED),
    unreceived: ledger.count(TAPPED),
    lost: lost.size,
    unanswered: ledger.unanswered,
    // Written before the phone gave up hearing of it: the moments that a kill is about.
    late,
    turnedAway: Object.fromEntries(ledger.turnedAway),
    wrongs: ledger.wrongs,
  };
}
