// What was tapped, acknowledged and refused, as the phones saw it. What it says was acknowledged, the server owes.

/** What became of a change, as its phone knows it. */
export const TAPPED = 'tapped';
export const RECEIVED = 'received';
export const REFUSED = 'refused';

export class Ledger {
  constructor() {
    /** By the change's id, in the order tapped. */
    this.entries = new Map();
    /** Things that must not happen, in words. */
    this.wrongs = [];
    /** Requests that ended without an answer, and the changes in them whose fate nobody knew then. */
    this.unanswered = 0;
    /** Answers of a server that could not serve, by status; every one must be a problem+json. */
    this.turnedAway = new Map();
    /** After a restore from a backup a change may be received once more, as another state of its document. */
    this.restored = false;
    /** Changes that were offered once more under another id. */
    this.attempts = 0;
  }

  tapped(phone, { change, holds, stage }) {
    this.entries.set(change.id, {
      change,
      holds,
      stage,
      phone,
      state: TAPPED,
      receipt: undefined,
      unansweredAt: undefined,
    });
  }

  /** The phone has sent these and heard nothing. */
  heardNothing(changes) {
    this.unanswered += 1;
    for (const change of changes) this.entries.get(change.id).unansweredAt ??= Date.now();
  }

  turned(status) {
    this.turnedAway.set(status, (this.turnedAway.get(status) ?? 0) + 1);
  }

  acknowledged({ change, outcome }) {
    const entry = this.entries.get(change);
    if (!entry) {
      this.wrong(`a receipt for ${change}, which nobody sent`);
      return;
    }
    if (this.restored && outcome.refused === 'unknown_document') {
      // The document was made by another phone, which has not come back to the restored server yet.
      entry.state = TAPPED;
      entry.receipt = undefined;
      return;
    }
    const state = typeof outcome === 'object' && 'received' in outcome ? RECEIVED : REFUSED;
    const receipt = JSON.stringify(outcome);
    if (entry.receipt !== undefined && entry.receipt !== receipt) {
      const again = this.restored && entry.state === RECEIVED && state === RECEIVED;
      if (!again) {
        // What a phone was told first is what is owed.
        entry.contradicted = true;
        this.wrong(`${change} was ${entry.receipt} and is ${receipt}`);
        return;
      }
    }
    entry.state = state;
    entry.receipt = receipt;
    entry.seq = outcome.received?.seq;
  }

  wrong(words) {
    this.wrongs.push(words);
  }

  count(state) {
    let count = 0;
    for (const entry of this.entries.values()) if (entry.state === state) count += 1;
    return count;
  }

  /** What was tapped is owed under another id now. */
  attempted(id, change) {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    this.entries.set(change.id, { ...entry, change });
    this.attempts += 1;
  }

  /** The same knowledge, to be examined apart. */
  fork() {
    const fork = new Ledger();
    for (const [id, entry] of this.entries) fork.entries.set(id, { ...entry });
    return fork;
  }

  /** What documents must hold: of every field the received change with the highest number, with its value. */
  expected() {
    const documents = new Map();
    for (const entry of this.entries.values()) {
      if (entry.state !== RECEIVED) continue;
      const { doc } = entry.change;
      if (!documents.has(doc)) documents.set(doc, { fields: new Map(), stage: undefined, entries: [] });
      const document = documents.get(doc);
      document.entries.push(entry);
      for (const [field, value] of entry.holds) {
        const standing = document.fields.get(field);
        if (!standing || standing.entry.seq < entry.seq) document.fields.set(field, { value, entry });
      }
      if (entry.stage) document.stage = { value: entry.stage, entry };
    }
    return documents;
  }
}
