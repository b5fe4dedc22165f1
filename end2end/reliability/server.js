// The real server as a process of its own: started, killed, started again on the same port.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../fixtures/net.js';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
export const program = process.env.BANHOC ?? join(target, 'release', 'banhoc');
const site = process.env.BANHOC_SITE ?? join(root, 'target', 'site');

/** Those that run, so that none outlives the harness. */
const running = new Set();
export const killAll = () => running.forEach((process) => process.kill('SIGKILL'));

/** So long a start may take. */
const START = 60_000;

export class Banhoc {
  constructor(database) {
    this.database = database;
    /** How often it was started. */
    this.starts = 0;
    this.log = '';
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get env() {
    return {
      ...process.env,
      BANHOC_DATABASE_URL: this.database.url,
      BANHOC_FILES: join(this.database.folder, 'files'),
      BANHOC_ADDR: `127.0.0.1:${this.port}`,
      BANHOC_LOG: 'warn',
      LEPTOS_OUTPUT_NAME: 'banhoc',
      LEPTOS_SITE_ROOT: site,
      ...(existsSync(join(dirname(program), 'hash.txt')) ? { LEPTOS_HASH_FILES: 'true' } : {}),
    };
  }

  /** Returns when it listens. */
  async start() {
    this.port ??= await freePort();
    this.starts += 1;
    const started = spawn(program, ['demo'], {
      cwd: this.database.folder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = started;
    running.add(started);
    started.once('exit', () => running.delete(started));
    let said = '';
    await new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error(`the server does not listen: ${said}`)), START);
      started.once('error', fail);
      started.once('exit', (code, signal) => fail(new Error(`the server ended with ${code ?? signal}: ${said}`)));
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (text) => {
          said = (said + text).slice(-20_000);
          this.log = said;
          if (!said.includes(`http://127.0.0.1:${this.port}`)) return;
          clearTimeout(late);
          done();
        });
      }
    });
  }

  get lives() {
    return Boolean(this.process) && this.process.exitCode === null && this.process.signalCode === null;
  }

  async #end(signal) {
    if (!this.lives) return;
    const gone = new Promise((done) => this.process.once('exit', done));
    this.process.kill(signal);
    await gone;
  }

  /** As a power cut would, as far as a process can tell: no time to say goodbye. */
  kill() {
    return this.#end('SIGKILL');
  }

  /** As an administrator would. */
  async stop() {
    const late = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
    await this.#end('SIGTERM');
    clearTimeout(late);
  }

  /** Another command of the program on the same database: whether it succeeded, and what it said. */
  async command(...args) {
    try {
      const { stdout } = await run(program, args, { cwd: this.database.folder, env: this.env });
      return { succeeded: true, said: stdout };
    } catch (error) {
      return { succeeded: false, said: `${error.stdout ?? ''}${error.stderr ?? error}` };
    }
  }
}
