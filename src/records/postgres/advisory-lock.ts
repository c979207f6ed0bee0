import { createHash } from 'node:crypto';

/**
 * Key of a Postgres advisory lock, by what it guards: 64 bits of a hash, as decimal text (a JSON number would be rounded).
 * Advisory locks belong to a database, not to a table: the prefix keeps clear of other programs' keys.
 */
export function lockKey(...what: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(['journey-metrics', ...what]));
  return digest.digest().readBigInt64BE().toString();
}
