// Makes the demo's database once; each test gets a copy. Making it goes through the real intake and takes seconds.
import { Server } from './fixtures/server.js';

export default async function () {
  if (process.env.BANHOC_DEMO_DB) return;
  const maker = await Server.demo();
  await maker.stop();
  process.env.BANHOC_DEMO_DB = maker.database;
  return () => maker.close();
}
