// Stands between phones and a server, and cuts connections in the middle of a body.
import { connect, createServer } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

export class Proxy {
  /** `plan()` says for each request what to do: nothing, or `{ cut: 'request' | 'response', at }` with `at` in 0..1. */
  static async before(port, plan = () => undefined) {
    const proxy = new Proxy();
    proxy.plan = plan;
    proxy.cuts = { request: 0, response: 0 };
    /** Of the bodies that were cut, those that were compressed. */
    proxy.packed = 0;
    /** Milliseconds that every answer is held back. */
    proxy.delay = 0;
    /** Questions of which the answer has not begun. */
    proxy.open = 0;
    proxy.lines = new Set();
    proxy.server = createServer((phone) => proxy.#carry(phone, port));
    await new Promise((done) => proxy.server.listen(0, '127.0.0.1', done));
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Whether there is no way through. */
  #isDown = false;

  get isDown() {
    return this.#isDown;
  }

  set isDown(isDown) {
    this.#isDown = isDown;
    if (isDown) for (const phone of this.lines) phone.destroy();
  }

  #carry(phone, port) {
    if (this.isDown) return phone.destroy();
    const server = connect(port, '127.0.0.1');
    const line = { phone, server, request: new Body(), response: new Body(), plan: undefined };
    this.lines.add(phone);
    const settle = () => {
      if (line.isOpen) this.open -= 1;
      line.isOpen = false;
    };
    const end = () => {
      settle();
      phone.destroy();
      server.destroy();
      this.lines.delete(phone);
    };
    for (const side of [phone, server]) {
      side.setNoDelay(true);
      side.once('error', end);
      side.once('close', end);
    }
    phone.on('data', (bytes) => {
      if (line.request.isDone) {
        // The next request on a kept connection.
        line.request = new Body();
        line.response = new Body();
      }
      if (!line.request.hasBegun) line.plan = this.plan();
      if (!line.isOpen) this.open += 1;
      line.isOpen = true;
      this.#pass(line, 'request', bytes, server, end);
    });
    server.on('data', (bytes) => {
      const pass = () => {
        settle();
        if (!phone.destroyed) this.#pass(line, 'response', bytes, phone, end);
      };
      if (this.delay === 0) pass();
      else setTimeout(pass, this.delay);
    });
  }

  #pass(line, side, bytes, to, end) {
    const body = line[side];
    body.read(bytes);
    const { plan } = line;
    if (plan?.cut !== side || body.inBody === 0) return to.write(bytes);
    // Of what has come of the body a part goes on, never all of it; then the line is dead.
    const rest = Math.floor(plan.at * body.inBody);
    const head = bytes.length - body.inBody;
    this.cuts[side] += 1;
    if (body.isPacked) this.packed += 1;
    line.plan = undefined;
    to.write(bytes.subarray(0, head + rest), () => end());
  }

  async close() {
    for (const phone of this.lines) phone.destroy();
    await new Promise((done) => this.server.close(done));
  }
}

/** How far a message has come. */
class Body {
  constructor() {
    this.head = Buffer.alloc(0);
    this.hasBegun = false;
    this.left = undefined;
  }

  read(bytes) {
    this.hasBegun = true;
    if (this.left === undefined) {
      const before = this.head.length;
      this.head = Buffer.concat([this.head, bytes]);
      const at = this.head.indexOf(HEAD_END);
      if (at < 0) {
        this.inBody = 0;
        return;
      }
      const text = this.head.subarray(0, at).toString('latin1');
      this.isPacked = /^content-encoding: *(gzip|br)/im.test(text);
      const length = /^content-length: *(\d+)/im.exec(text);
      const end = at + HEAD_END.length - before;
      this.inBody = bytes.length - Math.max(end, 0);
      // A body in chunks has no length; for cutting it that does not matter.
      this.left = length ? Number(length[1]) - this.inBody : /chunked/i.test(text) ? Infinity : 0;
      return;
    }
    this.inBody = bytes.length;
    this.left -= bytes.length;
  }

  get isDone() {
    return this.left !== undefined && this.left <= 0;
  }
}
