import type { DeliveryLedger } from '../../ports/index.js';
import { failedAnswer, recordAnswer } from './answers.js';
import { claimRevision } from './claim.js';
import type { Database } from '../postgres/database.js';
import { REVISION_COLUMNS, revisionOf, type RevisionRow } from './ledger-rows.js';
import { fixParts } from './parts.js';
import { revisionWalks } from './walk.js';

/** What was, is and will be sent, by whom, and what the receiver said. */
export function deliveryLedger(database: Database): DeliveryLedger {
  const walks = revisionWalks(database);
  return {
    claim: (claim, signal) =>
      database.transaction('claiming a delivery revision', signal, (query) => claimRevision(query, claim)),
    fixParts: (key, parts, signal) =>
      database.transaction('fixing the parts of a delivery', signal, (query) => fixParts(query, key, parts)),
    walk: (key, work, signal) => walks.run(key, work, signal),
    async recordAnswer(key, answer, at, signal) {
      await database.transaction('recording an answer', signal, (query) => recordAnswer(query, key, answer, at));
      // The answer counts in any case. But a walk that lost its lock may not be alone any more, and ends here.
      const lost = walks.lost();
      if (lost) throw lost;
    },
    answerOf: (key, signal) => database.run('reading an answer', signal, (query) => failedAnswer(query, key)),
    async find({ deliveryId = null, workflowId = null, revision = null }, signal) {
      if (deliveryId === null && workflowId === null) return null;
      const [row] = await database.run('finding a delivery', signal, (query) =>
        query<RevisionRow & { latest_delivered: number | null }>(FIND, [deliveryId, workflowId, revision]),
      );
      return row ? { ...revisionOf(row), latestDelivered: row.latest_delivered } : null;
    },
  };
}

// By workflow: the revision that it claimed last, also one that it only adopted.
const FIND = `
SELECT ${REVISION_COLUMNS},
  (SELECT max(x.revision) FROM delivery_revisions x
    WHERE x.delivery_id = r.delivery_id AND x.delivered_by IS NOT NULL) AS latest_delivered
FROM delivery_revisions r
JOIN deliveries d USING (delivery_id)
LEFT JOIN delivery_claims c ON c.delivery_id = r.delivery_id AND c.revision = r.revision AND c.workflow_id = $2
WHERE ($1::text IS NULL OR r.delivery_id = $1)
  AND ($2::text IS NULL OR c.workflow_id IS NOT NULL)
  AND ($3::integer IS NULL OR r.revision = $3)
ORDER BY c.claim_no DESC NULLS LAST, r.revision DESC
LIMIT 1`;
