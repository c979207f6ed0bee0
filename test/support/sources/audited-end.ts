import assert from 'node:assert/strict';
import type { RunHandle } from '../../../src/client.js';
import { execute } from '../records/postgres.js';
import type { Ended } from './fault-cell.js';

/** That a run ended as was promised, and one audit entry says so. @returns whether it failed */
export async function checkAuditedEnd(
  databaseUrl: string,
  { workflowId }: RunHandle,
  { end, said }: Ended,
  ends: string,
): Promise<boolean> {
  assert.equal(end, ends, said);
  const entries = await execute<{ status: string; type: string | null }>(
    databaseUrl,
    `SELECT entry::json ->> 'status' AS status, entry::json ->> 'failureType' AS type FROM audit WHERE workflow_id = $1`,
    [workflowId],
  );
  const failed = end !== 'completed';
  assert.deepEqual(entries, [{ status: failed ? 'failed' : end, type: failed ? end : null }], 'one audit entry');
  return failed;
}
