import type { AuditEntry, AuditTrail } from '../../ports/index.js';
import { lockKey } from '../postgres/advisory-lock.js';
import { entryText, GENESIS_HASH, linkHash, mirroredValues, MIRRORS } from './audit-entry.js';
import { alertsOf } from '../alerts/of-entry.js';
import { raise } from '../alerts/raise.js';
import { closeWindows } from '../windows/known-windows.js';
import type { RecordedEntry } from '../../contract/audit-entry.js';
import type { Database, Query } from '../postgres/database.js';

interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** The only writer of the trail. One append at a time in the whole database, so that its numbers have no gap. */
export function auditTrail(database: Database, now: () => number): AuditTrail {
  return {
    append: (effectId, entry, signal, alerts = []) =>
      database.transaction('appending to the audit trail', signal, async (query) => {
        await query('SELECT pg_advisory_xact_lock($1)', [lockKey('audit')]);
        const [standing] = await query<Link>('SELECT seq, hash FROM audit WHERE effect_id = $1', [effectId]);
        // Others of the run's deliveries may be under way.
        if (entry.kind !== 'delivery') await query(CLOSE_RUN, [entry.runKey, entry.timestamp, entry.status]);
        await closeWindows(query, entry);
        if (standing) return { ...standing, isNew: false };
        const at = new Date(now()).toISOString();
        for (const alert of [...(await alertsOf(query, entry)), ...alerts]) await raise(query, alert, at);
        return { ...(await link(query, effectId, entry, at)), isNew: true };
      }),
    async has(effectId, signal) {
      const rows = await database.run('looking for an audit entry', signal, (query) =>
        query('SELECT FROM audit WHERE effect_id = $1', [effectId]),
      );
      return rows.length > 0;
    },
    async missing(effectIds, signal) {
      const rows = await database.run('looking for audit entries', signal, (query) =>
        query<{ effect_id: string }>('SELECT effect_id FROM audit WHERE effect_id = ANY($1)', [effectIds]),
      );
      const present = new Set(rows.map((row) => row.effect_id));
      return new Set(effectIds.filter((effectId) => !present.has(effectId)));
    },
    async comparedUntil(signal) {
      const [row] = await database.run('reading how far upkeep has looked', signal, (query) =>
        query<{ looked_until: Date }>('SELECT looked_until FROM upkeep WHERE name = $1', [COMPARED]),
      );
      return row?.looked_until.toISOString() ?? null;
    },
    async noteCompared(until, signal) {
      await database.run('noting how far upkeep has looked', signal, (query) =>
        query(NOTE_COMPARED, [COMPARED, until]),
      );
    },
  };
}

async function link(query: Query, effectId: string, entry: AuditEntry, recordedAt: string): Promise<Link> {
  const [last] = await query<Link>('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  const { seq, hash: prevHash } = last ?? { seq: 0, hash: GENESIS_HASH };
  const recorded: RecordedEntry = { ...entry, seq: seq + 1, effectId, recordedAt };
  const text = entryText(recorded);
  const hash = linkHash(prevHash, text);
  await query(INSERT, [text, prevHash, hash, ...mirroredValues(recorded)]);
  return { seq: recorded.seq, hash };
}

/** Name of the comparison in `upkeep`. */
const COMPARED = 'audit';

const NOTE_COMPARED = `
INSERT INTO upkeep (name, looked_until) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET looked_until = greatest(upkeep.looked_until, excluded.looked_until)`;

const CLOSE_RUN = 'UPDATE runs SET finished_at = $2, outcome = $3 WHERE run_key = $1 AND finished_at IS NULL';

const COLUMNS = ['entry', 'prev_hash', 'hash', ...MIRRORS.map(({ name }) => name)];

const INSERT = `
INSERT INTO audit (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map((_name, index) => `$${index + 1}`).join(', ')})`;
