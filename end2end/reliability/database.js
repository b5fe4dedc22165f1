// The demo district's database on either engine: copied from one that is made once, asked and altered from outside.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Banhoc } from './server.js';
import { remove, temporary } from './temporary.js';

const run = promisify(execFile);

/** One file. */
export class Sqlite {
  engine = 'SQLite';

  constructor(folder = temporary('reliability')) {
    this.folder = folder;
    this.file = join(folder, 'banhoc.db');
  }

  get url() {
    return `sqlite://${this.file}`;
  }

  async copyTo(other) {
    await other.#remove();
    copyFileSync(this.file, other.file);
  }

  async #remove() {
    // What stands beside the file belongs to it: a log of other pages would be played into the restored ones.
    for (const end of ['', '-wal', '-shm']) rmSync(this.file + end, { force: true });
  }

  async sql(text) {
    const { stdout } = await run('sqlite3', ['-batch', '-separator', '\t', this.file, '.timeout 10000', text], {
      maxBuffer: 1 << 30,
    });
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t'));
  }

  /** While the server works, as an administrator would. */
  async backup(file) {
    rmSync(file, { force: true });
    await this.sql(`VACUUM INTO '${file}'`);
  }

  async putBack(file) {
    await this.#remove();
    copyFileSync(file, this.file);
  }

  async drop() {
    remove(this.folder);
  }
}

/** A database of a cluster. */
export class PostgresDatabase {
  engine = 'PostgreSQL';

  constructor(cluster, name) {
    this.cluster = cluster;
    this.name = name;
    this.folder = temporary('reliability');
  }

  get url() {
    return this.cluster.url(this.name);
  }

  sql(text) {
    return this.cluster.sql(this.name, text);
  }

  async create(template) {
    await this.cluster.sql('postgres', `CREATE DATABASE ${this.name}${template ? ` TEMPLATE ${template}` : ''}`);
  }

  backup(file) {
    return this.cluster.dump(this.name, file);
  }

  putBack(file) {
    return this.cluster.restore(this.name, file);
  }

  async drop() {
    await this.cluster.sql('postgres', `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
    remove(this.folder);
  }
}

/** Makes demo databases; making the first of an engine takes seconds, the others are copies. */
export class Demos {
  #count = 0;

  constructor(postgres) {
    this.postgres = postgres;
  }

  async sqlite() {
    if (!this.made) {
      this.made = new Sqlite();
      await makeDemo(this.made);
    }
    const copy = new Sqlite();
    await this.made.copyTo(copy);
    return copy;
  }

  async postgresql() {
    if (!this.template) {
      const template = new PostgresDatabase(this.postgres, 'demo_made');
      await template.create();
      await makeDemo(template);
      this.template = template;
    }
    this.#count += 1;
    const copy = new PostgresDatabase(this.postgres, `demo_${this.#count}`);
    await copy.create(this.template.name);
    return copy;
  }

  on(engine) {
    return engine === 'SQLite' ? this.sqlite() : this.postgresql();
  }

  async close() {
    await this.made?.drop();
    if (this.template) remove(this.template.folder);
  }
}

async function makeDemo(database) {
  const server = new Banhoc(database);
  await server.start();
  await server.stop();
  if (database.engine !== 'SQLite') return;
  // Everything into the one file.
  await database.sql('PRAGMA wal_checkpoint(TRUNCATE)');
  if (existsSync(`${database.file}-wal`)) rmSync(`${database.file}-wal`);
}
