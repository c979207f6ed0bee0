import type { AuditListing, AuditReader } from '../../ports/index.js';
import { MIRROR_COLUMNS } from './audit-entry.js';
import { readEntry, verifyTrail, type AuditRow, type Checkpoint, type Verification } from './audit-verify.js';
import type { Database } from '../postgres/database.js';
import { conflict } from '../postgres/errors.js';

/** The trail, for those who read it. */
export interface AuditLog extends AuditReader {
  /** Reads the whole trail, in batches, up to the first bad entry. */
  verify(options: { readonly checkpoint?: Checkpoint }, signal: AbortSignal): Promise<Verification>;
  /** Of a trail that verifies only: `RecordsConflict` otherwise, so that no checkpoint vouches for a bad one. */
  checkpoint(signal: AbortSignal): Promise<Checkpoint>;
  /**
   * The trail as lines of JSON, oldest first, without line ends: `{"entry":…,"hash":…,"prevHash":…}`. The entry is, byte for
   * byte, what was hashed: `hash` = SHA-256 of `prevHash`, a line feed and that text.
   */
  export(signal: AbortSignal): AsyncIterable<string>;
}

const BATCH_ROWS = 500;

/** @param now for the instant of a checkpoint */
export function auditLog(database: Database, now: () => number): AuditLog {
  const verify: AuditLog['verify'] = ({ checkpoint }, signal) => verifyTrail(trail(database, signal), checkpoint);
  return {
    verify,
    async list(
      { limit, since = null, org = null, orgs = null, workflowId = null, series = null, before = null },
      signal,
    ) {
      const rows = await database.run('listing the audit trail', signal, (query) =>
        query<AuditRow>(LIST, [limit, since, org, workflowId, before, orgs, series]),
      );
      return rows.map(listingOf);
    },
    async checkpoint(signal) {
      const found = await verify({}, signal);
      if (!found.ok) throw conflict(`audit entry ${found.seq} was changed: ${found.problem}`);
      return { version: 1, ...found.head, at: new Date(now()).toISOString() };
    },
    async *export(signal) {
      for await (const row of trail(database, signal)) {
        if (!readEntry(row.entry)) throw unreadable(row);
        yield `{"entry":${row.entry},"hash":${JSON.stringify(row.hash)},"prevHash":${JSON.stringify(row.prev_hash)}}`;
      }
    },
  };
}

/** Every row from the lowest number on. Appending goes on meanwhile: what is added is read as well. */
async function* trail(database: Database, signal: AbortSignal): AsyncGenerator<AuditRow> {
  let after: number | null = null;
  for (;;) {
    const from: number | null = after;
    const rows: readonly AuditRow[] = await database.run('reading the audit trail', signal, (query) =>
      query<AuditRow>(BATCH, [from, BATCH_ROWS]),
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < BATCH_ROWS) return;
    after = last.seq;
  }
}

function listingOf(row: AuditRow): AuditListing {
  const entry = readEntry(row.entry);
  if (!entry) throw unreadable(row);
  const startedAt = new Date(Date.parse(entry.timestamp) - entry.latency_ms).toISOString();
  return { ...entry, hash: row.hash, outcome: entry.status, startedAt };
}

function unreadable({ seq }: AuditRow): Error {
  return conflict(`audit entry ${seq} is no longer readable: run \`audit verify\``);
}

// With ties: where somebody took the primary key away, a second entry of a number must not hide between two batches.
const BATCH = `
SELECT entry, prev_hash, hash, ${MIRROR_COLUMNS} FROM audit
WHERE $1::bigint IS NULL OR seq > $1 ORDER BY audit.seq FETCH FIRST $2 ROWS WITH TIES`;

const LIST = `
SELECT seq, entry, hash, prev_hash FROM audit
WHERE ($2::timestamptz IS NULL OR timestamp >= $2)
  AND ($3::text IS NULL OR org = $3)
  AND ($4::text IS NULL OR workflow_id = $4)
  AND ($5::bigint IS NULL OR seq < $5)
  AND ($6::text[] IS NULL OR org = ANY($6))
  AND ($7::text IS NULL OR series = $7)
ORDER BY seq DESC LIMIT $1`;
