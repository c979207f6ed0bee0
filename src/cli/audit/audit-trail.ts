import { auditLog, type AuditLog } from '../../records/audit/audit-log.js';
import { withDatabase } from '../../composition/stores.js';
import type { Terminal } from '../terminal/terminal.js';

/** Connects to the records, reads the trail and closes. Changes nothing. */
export async function withAuditTrail<T>(
  terminal: Terminal,
  work: (trail: AuditLog, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withDatabase(terminal.config.databaseUrl(), async (database, signal, { present }) => {
    if (present === 0) {
      throw new Error(`Postgres at ${database.where} has no audit trail yet: the first worker creates it`);
    }
    return work(auditLog(database, terminal.now), signal);
  });
}
