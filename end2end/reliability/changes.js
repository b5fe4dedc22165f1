// What an officer does with a family, as changes of the protocol (shared/src/change.rs).
import { createHash, randomBytes } from 'node:crypto';

const ASSESSMENTS = Buffer.from('6f0c1d7e52b44a0e9d3c2b8f71e6a9d4', 'hex');
const SECOND_ATTEMPTS = Buffer.from('91c53e0a7db24c668f17e4a025d93b5c', 'hex');
const TITLE = 'learning_family';
const CRITERIA = 'gia_dinh_448';
/** Every question with two answers to it, which two scorers could give. */
const QUESTIONS = [
  ['GD.1a', 10, 0],
  ['GD.1b', 10, 5],
  ['GD.1c', 10, 0],
  ['GD.2a', 10, 5],
  ['GD.2b', true, false],
  ['GD.3a', true, false],
  ['GD.3b', true, false],
  ['GD.4a', true, false],
  ['GD.4b', true, false],
];

function text(bytes) {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** An id that begins with the time it was made at. */
export function uuid7() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return text(bytes);
}

/** An id that everybody derives alike. */
function uuid5(namespace, name) {
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return text(bytes);
}

/** The id of a family's form, which two phones that begin apart derive alike. */
export const formOf = (subject, year) => uuid5(ASSESSMENTS, `${subject}/${TITLE}/${year}`);

/** The id under which a refused change is offered once more. */
export const secondAttempt = (id) => uuid5(SECOND_ATTEMPTS, Buffer.from(id.replaceAll('-', ''), 'hex'));

function change(doc, body, seen) {
  return { id: uuid7(), doc, ...(seen ? { seen } : {}), made_at: new Date().toISOString(), body };
}

/** A family that one phone works on, step by step. Each step is one change with what a document must hold because of it. */
export class Family {
  constructor(place, year, number) {
    this.place = place;
    this.year = year;
    this.subject = uuid7();
    this.form = formOf(this.subject, year);
    this.name = `Lò Văn Thử ${number}`;
    this.number = number;
    this.step = 0;
    this.writers = new Map();
  }

  /** Registered, begun, answered, some answers thought over, submitted, and a step that is refused. */
  static STEPS = 2 + QUESTIONS.length + 4 + 2;

  get isDone() {
    return this.step >= Family.STEPS;
  }

  next() {
    const at = this.step;
    this.step += 1;
    if (at === 0) {
      const fields = {
        name: this.name,
        birth_year: 1950 + (this.number % 50),
        members: 2 + (this.number % 7),
        since: this.year - 1,
      };
      const body = { register: { kind: 'household', shard: this.place.commune, place: this.place.village, fields } };
      return { change: change(this.subject, body), holds: Object.entries(fields) };
    }
    if (at === 1) {
      const body = { start: { subject: this.subject, title: TITLE, year: this.year, criteria: CRITERIA } };
      return { change: change(this.form, body), holds: [] };
    }
    const answers = at - 2;
    if (answers < QUESTIONS.length) return this.#answer(QUESTIONS[answers], 1);
    const again = answers - QUESTIONS.length;
    if (again < 3) return this.#answer(QUESTIONS[(this.number + again) % QUESTIONS.length], 2);
    if (again === 3) {
      const value = `Xóm ${this.number}`;
      return { change: change(this.subject, { set_field: { field: 'hamlet', value } }), holds: [['hamlet', value]] };
    }
    if (again === 4) return { change: change(this.form, { advance: 'submit' }), holds: [], stage: 'submitted' };
    // What is not verified cannot be proposed: the server refuses, with a receipt.
    return { change: change(this.form, { advance: 'propose' }), holds: [] };
  }

  #answer([code, ...answers], which) {
    const field = `village.${code}`;
    const answer = answers[which - 1];
    const body = { set_answer: { scorer: 'village', code, answer } };
    const made = change(this.form, body, this.writers.get(code));
    this.writers.set(code, made.id);
    return { change: made, holds: [[field, answer]] };
  }
}
