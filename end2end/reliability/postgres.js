// A private PostgreSQL cluster with its own settings for durability, to be stopped at once and started again.
import { execFile, execFileSync } from 'node:child_process';
import { chownSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../fixtures/net.js';
import { remove, temporary } from './temporary.js';

const run = promisify(execFile);
const INSTALLED = '/usr/lib/postgresql';

function programs() {
  const versions = readdirSync(INSTALLED).sort((a, b) => Number(a) - Number(b));
  if (versions.length === 0) throw new Error('PostgreSQL is missing; run make setup.');
  return join(INSTALLED, versions.at(-1), 'bin');
}

export class Postgres {
  static async start() {
    const cluster = new Postgres();
    cluster.bin = programs();
    cluster.folder = temporary('postgres');
    cluster.port = await freePort();
    if (process.getuid() === 0) {
      const id = (flag) => Number(execFileSync('id', [flag, 'postgres']));
      chownSync(cluster.folder, id('-u'), id('-g'));
    }
    await cluster.#own('initdb', [
      '-D',
      cluster.data,
      '--username=banhoc',
      '--auth=trust',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
    ]);
    await cluster.begin();
    return cluster;
  }

  get data() {
    return join(this.folder, 'data');
  }

  url(database) {
    return `postgres://banhoc@127.0.0.1:${this.port}/${database}`;
  }

  version() {
    return execFileSync(join(this.bin, 'postgres'), ['--version'], { encoding: 'utf8' }).trim();
  }

  /** PostgreSQL refuses to run as root. */
  #own(program, args) {
    const whole = [join(this.bin, program), ...args];
    return process.getuid() === 0
      ? run('runuser', ['-u', 'postgres', '--', ...whole], { cwd: '/' })
      : run(whole[0], whole.slice(1), { cwd: '/' });
  }

  async begin() {
    const options = `-p ${this.port} -k ${this.folder} -c listen_addresses=127.0.0.1 -c max_connections=100`;
    await this.#own('pg_ctl', ['-D', this.data, '-l', join(this.folder, 'log'), '-w', '-o', options, 'start']);
  }

  /** As a power cut would: every process of it ends at once, nothing is written any more. */
  async stopAtOnce() {
    await this.#own('pg_ctl', ['-D', this.data, '-m', 'immediate', '-w', 'stop']);
  }

  /** Runs SQL and returns rows of text columns. */
  async sql(database, text) {
    const args = ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d', this.url(database), '-c', text];
    const { stdout } = await run(join(this.bin, 'psql'), args, { maxBuffer: 1 << 30 });
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t'));
  }

  async dump(database, file) {
    await run(join(this.bin, 'pg_dump'), ['-Fc', '-Z1', '-f', file, '-d', this.url(database)]);
  }

  async restore(database, file) {
    await this.sql('postgres', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await this.sql('postgres', `CREATE DATABASE ${database}`);
    await run(join(this.bin, 'pg_restore'), ['-d', this.url(database), file]);
  }

  /** At once and for good; nothing else can be waited for when the harness ends. */
  end() {
    try {
      process.kill(Number(readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGQUIT');
    } catch {
      // It is stopped already.
    }
    remove(this.folder);
  }
}
