import type { DeliveryLedger, NewAlert, PartAnswer } from '../../ports/index.js';
import { endAlerts, raise } from '../alerts/raise.js';
import type { Query } from '../postgres/database.js';
import { refreshWindows } from '../windows/refresh-windows.js';
import { lockRevision } from './ledger-rows.js';

type AnswerKey = Parameters<DeliveryLedger['recordAnswer']>[0];
type AttemptKey = Parameters<DeliveryLedger['answerOf']>[0];

/** One that did not deliver. */
interface FailedRow {
  readonly part: number;
  readonly status: number | null;
  readonly reason: string;
  readonly retry_after_ms: number | null;
  readonly permanent: boolean;
}

/**
 * Records what came of one send, in the caller's transaction. The first answer of a run's attempt at a part stands;
 * one that delivered marks the part in any case, because the destination has it, and the last one closes the revision.
 */
export async function recordAnswer(query: Query, key: AnswerKey, answer: PartAnswer, at: string): Promise<void> {
  const { deliveryId, revision, part, runKey, attempt } = key;
  const { delivered, status = null, reason, retryAfterMs = null, permanent } = answer;
  // Two last parts delivered at once would each see the other outstanding: answers of a revision go one by one.
  await lockRevision(query, key);
  const values = [deliveryId, revision, runKey, attempt, part, delivered, status, reason, retryAfterMs, permanent, at];
  await query(ADD_ANSWER, values);
  if (!delivered) {
    if (attempt >= STRUGGLING_FROM) await tellOfStruggle(query, key, answer, at);
    return;
  }
  await query(MARK_PART, [deliveryId, revision, part, at]);
  const closed = await query(MARK_REVISION, [deliveryId, revision, runKey, at]);
  if (closed.length === 0) return;
  await refreshWindows(query, [deliveryId]);
  await endAlerts(query, ['delivery', deliveryId, revision], at);
}

/** The attempt whose failure somebody is told of. */
const STRUGGLING_FROM = 3;

interface StruggleRow {
  readonly org: string;
  readonly destination: string;
  readonly series: string | null;
  readonly workflow_id: string | null;
}

async function tellOfStruggle(query: Query, key: AnswerKey, { reason }: PartAnswer, at: string): Promise<void> {
  const { deliveryId, revision, runKey, attempt } = key;
  const [row] = await query<StruggleRow>(OF_DELIVERY, [deliveryId, runKey]);
  if (row === undefined) return;
  const { org, destination, series, workflow_id: workflowId } = row;
  const alert: NewAlert = {
    event: 'delivery.struggling',
    key: [deliveryId, revision],
    org,
    what: `Attempt ${attempt} to deliver to ${destination} failed: ${reason}`,
    about: {
      ...{ destination, deliveryId, revision },
      ...(series !== null && { series }),
      ...(workflowId !== null && { workflowId }),
    },
    fold: [destination],
    until: ['delivery', deliveryId, revision],
  };
  await raise(query, alert, at);
}

/** The failed answer of this attempt, if one is on record. */
export async function failedAnswer(query: Query, key: AttemptKey): Promise<(PartAnswer & { part: number }) | null> {
  const [row] = await query<FailedRow>(FAILED_ANSWER, [key.deliveryId, key.revision, key.runKey, key.attempt]);
  if (!row) return null;
  const { part, status, reason, retry_after_ms: retryAfterMs, permanent } = row;
  return {
    part,
    delivered: false,
    reason,
    permanent,
    ...(status !== null && { status }),
    ...(retryAfterMs !== null && { retryAfterMs }),
  };
}

const ADD_ANSWER = `
INSERT INTO delivery_answers (delivery_id, revision, run_key, attempt, part, delivered, status, reason, retry_after_ms,
                              permanent, answered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT DO NOTHING`;

const MARK_PART = `
UPDATE delivery_parts SET delivered_at = $4
WHERE delivery_id = $1 AND revision = $2 AND part = $3 AND delivered_at IS NULL`;

const MARK_REVISION = `
UPDATE delivery_revisions SET delivered_by = $3, delivered_at = $4
WHERE delivery_id = $1 AND revision = $2 AND delivered_by IS NULL
  AND NOT EXISTS (SELECT FROM delivery_parts WHERE delivery_id = $1 AND revision = $2 AND delivered_at IS NULL)
RETURNING revision`;

const OF_DELIVERY = `
SELECT d.org, d.destination, d.series, c.workflow_id
FROM deliveries d LEFT JOIN delivery_claims c ON c.delivery_id = d.delivery_id AND c.run_key = $2
WHERE d.delivery_id = $1`;

const FAILED_ANSWER = `
SELECT part, status, reason, retry_after_ms, permanent FROM delivery_answers
WHERE delivery_id = $1 AND revision = $2 AND run_key = $3 AND attempt = $4 AND NOT delivered
ORDER BY part LIMIT 1`;
