import type { RetentionRecords, ScopeFacts, ScopeState } from '../../ports/index.js';
import type { Database, Query } from '../postgres/database.js';

interface FactsRow {
  readonly scope: string;
  readonly workflow_id: string | null;
  readonly open: boolean;
  readonly undelivered: boolean;
}

const RANK: Readonly<Record<ScopeState, number>> = { settled: 0, undelivered: 1, open: 2 };
const DELIVERIES = 'deliveries/';

/** Which scopes of the dataset store are still needed, and by whom. */
export function retentionRecords(database: Database): RetentionRecords {
  return {
    facts: (scopes, signal) =>
      database.run('asking which datasets are needed', signal, (query) => factsOf(query, scopes)),
    release: (scope, judged, at, signal) =>
      database.transaction('giving up a dataset', signal, async (query) => {
        const deliveryId = scope.startsWith(DELIVERIES) ? scope.slice(DELIVERIES.length) : null;
        // A claim takes the same lock: it comes before, and then its run is open, or finds the revision expired.
        if (deliveryId !== null) await query(LOCK_DELIVERY, [deliveryId]);
        const state = (await factsOf(query, [scope])).get(scope)?.state ?? 'settled';
        if (RANK[state] > RANK[judged ?? 'settled'] || state === 'open') return false;
        if (deliveryId !== null) await query(MARK_EXPIRED, [deliveryId, at]);
        return true;
      }),
  };
}

async function factsOf(query: Query, scopes: readonly string[]): Promise<ReadonlyMap<string, ScopeFacts>> {
  const rows = await query<FactsRow>(FACTS, [scopes]);
  return new Map(
    rows.map(({ scope, workflow_id: workflowId, open, undelivered }) => {
      const state = open ? 'open' : undelivered ? 'undelivered' : 'settled';
      return [scope, { state, workflowId }];
    }),
  );
}

const OPEN = `r.finished_at IS NULL AND NOT EXISTS (SELECT FROM audit a WHERE a.run_key = r.run_key AND a.kind <> 'delivery')`;

// What could still be sent: its bytes are fixed, and no later revision has made it superfluous.
const OUTSTANDING = `v.delivered_by IS NULL AND v.expired_at IS NULL
  AND EXISTS (SELECT FROM delivery_parts p WHERE p.delivery_id = v.delivery_id AND p.revision = v.revision)
  AND NOT EXISTS (SELECT FROM delivery_revisions x
    WHERE x.delivery_id = v.delivery_id AND x.revision > v.revision AND x.delivered_by IS NOT NULL)`;

const FACTS = `
SELECT 'runs/' || r.run_key AS scope, r.workflow_id, ${OPEN} AS open,
  EXISTS (SELECT FROM delivery_claims c JOIN delivery_revisions v USING (delivery_id, revision)
    WHERE c.run_key = r.run_key AND ${OUTSTANDING}) AS undelivered
FROM runs r
WHERE r.run_key IN (SELECT substr(s, 6) FROM unnest($1::text[]) s WHERE s LIKE 'runs/%')
UNION ALL
SELECT 'deliveries/' || d.delivery_id,
  (SELECT c.workflow_id FROM delivery_claims c WHERE c.delivery_id = d.delivery_id ORDER BY c.claim_no DESC LIMIT 1),
  EXISTS (SELECT FROM runs r WHERE r.delivery_id = d.delivery_id AND ${OPEN})
    OR EXISTS (SELECT FROM delivery_claims c JOIN runs r USING (run_key) WHERE c.delivery_id = d.delivery_id AND ${OPEN}),
  EXISTS (SELECT FROM delivery_revisions v WHERE v.delivery_id = d.delivery_id AND ${OUTSTANDING})
FROM deliveries d
WHERE d.delivery_id IN (SELECT substr(s, 12) FROM unnest($1::text[]) s WHERE s LIKE 'deliveries/%')`;

const LOCK_DELIVERY = 'SELECT FROM deliveries WHERE delivery_id = $1 FOR UPDATE';

const MARK_EXPIRED = `
UPDATE delivery_revisions SET expired_at = $2 WHERE delivery_id = $1 AND expired_at IS NULL`;
