import { createServer } from 'node:net';

/** A port of the loopback that nobody uses: the kernel's choice. */
export function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

export const sleep = (millis) => new Promise((done) => setTimeout(done, millis));
