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
    async explain({ deliveryId, revision }, causes, signal) {
      await database.run('keeping why a revision is there', signal, (query) =>
        query(EXPLAIN, [deliveryId, revision, JSON.stringify(causes)]),
      );
    },
    walk: (key, work, signal) => walks.run(key, work, signal),
    async recordAnswer(key, answer, at, signal) {
      await database.transaction('recording an answer', signal, (query) => recordAnswer(query, key, answer, at));
      // The answer counts in any case. But a walk that lost its lock may not be alone any more, and ends here.
      const lost = walks.lost();
      if (lost) throw lost;
    },
    answerOf: (key, signal) => database.run('reading an answer', signal, (query) => failedAnswer(query, key)),
    async findAll({ deliveryId = null, workflowId = null, destination = null, revision = null }, signal) {
      if (deliveryId === null && workflowId === null) return [];
      const rows = await database.run('finding a delivery', signal, (query) =>
        query<RevisionRow & { latest_delivered: number | null }>(FIND, [deliveryId, workflowId, revision, destination]),
      );
      return rows.map((row) => ({ ...revisionOf(row), latestDelivered: row.latest_delivered }));
    },
    async partsBy({ deliveryId, revision, runKey }, signal) {
      const rows = await database.run('reading which parts a run delivered', signal, (query) =>
        query<{ part: number }>(PARTS_BY, [deliveryId, revision, runKey]),
      );
      return rows.map(({ part }) => part);
    },
  };
}

const EXPLAIN = `
UPDATE delivery_revisions SET causes = $3 WHERE delivery_id = $1 AND revision = $2 AND causes IS NULL`;

// By workflow: the revision that it claimed last, also one that it only adopted.
const FIND = `
SELECT * FROM (
SELECT DISTINCT ON (r.delivery_id) c.claim_no, ${REVISION_COLUMNS},
  (SELECT max(x.revision) FROM delivery_revisions x
    WHERE x.delivery_id = r.delivery_id AND x.delivered_by IS NOT NULL) AS latest_delivered
FROM delivery_revisions r
JOIN deliveries d USING (delivery_id)
LEFT JOIN delivery_claims c ON c.delivery_id = r.delivery_id AND c.revision = r.revision AND c.workflow_id = $2
WHERE ($1::text IS NULL OR r.delivery_id = $1)
  AND ($2::text IS NULL OR c.workflow_id IS NOT NULL)
  AND ($3::integer IS NULL OR r.revision = $3)
  AND ($4::text IS NULL OR d.destination = $4)
ORDER BY r.delivery_id, c.claim_no DESC NULLS LAST, r.revision DESC
) found ORDER BY destination, claim_no DESC NULLS LAST`;

const PARTS_BY = `
SELECT part FROM delivery_answers WHERE delivery_id = $1 AND revision = $2 AND run_key = $3 AND delivered`;
