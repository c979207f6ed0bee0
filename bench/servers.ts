import type { OwnServers } from '../test/support/product.js';

/** What is measured keeps its data as `npm run dev` does; tests are quicker, and forget everything. */
export const LASTING_SERVERS: OwnServers = {
  ownServers: 'what a run costs on a disk is measured',
  inMemory: false,
  postgresSettings: [],
};
