import type { Database } from '../postgres/database.js';

/** What came of one send of one part. */
export interface DeliveryAnswer {
  readonly at: string;
  /** The run or redelivery that sent it; null where neither the records nor the trail know it any more. */
  readonly workflowId: string | null;
  /** 1-based, by run or redelivery. */
  readonly attempt: number;
  /** 0-based. */
  readonly part: number;
  readonly delivered: boolean;
  /** Null without a complete answer, or where the destination does not speak HTTP. */
  readonly status: number | null;
  readonly reason: string;
  readonly retryAfterMs: number | null;
}

/** What a destination said to one revision. */
export interface DeliveryAnswers {
  readonly revision: number;
  readonly destination: string;
  readonly contentHash: string;
  /** Parts there are, and those that were delivered. */
  readonly parts: number;
  readonly partsDelivered: number;
  readonly bytes: number;
  /** When the last part was delivered; null while parts are outstanding. */
  readonly deliveredAt: string | null;
  /** Answers there are. */
  readonly count: number;
  /** The first ones and the last ones, oldest first; those in between are left out where there are many. */
  readonly answers: readonly DeliveryAnswer[];
}

interface RevisionRow {
  readonly revision: number;
  readonly destination: string;
  readonly content_hash: string;
  readonly delivered_at: Date | null;
  readonly parts: number;
  readonly parts_delivered: number;
  readonly bytes: number;
}

interface AnswerRow {
  readonly count: number;
  readonly workflow_id: string | null;
  readonly attempt: number;
  readonly part: number;
  readonly delivered: boolean;
  readonly status: number | null;
  readonly reason: string;
  readonly retry_after_ms: number | null;
  readonly answered_at: Date;
}

/** Of both ends of the list. */
const ANSWERS_AT_AN_END = 40;

/** What the destination said to the revision that a run got, no matter who sent it; null where the run has claimed none. */
export async function deliveryAnswers(
  database: Database,
  { deliveryId, runKey }: { readonly deliveryId: string; readonly runKey: string },
  signal: AbortSignal,
): Promise<DeliveryAnswers | null> {
  return database.run('reading the answers to a delivery', signal, async (query) => {
    const [row] = await query<RevisionRow>(REVISION, [deliveryId, runKey]);
    if (!row) return null;
    const answers = await query<AnswerRow>(ANSWERS, [deliveryId, row.revision, ANSWERS_AT_AN_END]);
    const { revision, destination, parts, bytes } = row;
    return {
      revision,
      destination,
      contentHash: row.content_hash,
      parts,
      partsDelivered: row.parts_delivered,
      bytes,
      deliveredAt: row.delivered_at?.toISOString() ?? null,
      count: answers[0]?.count ?? 0,
      answers: answers.map(answerOf),
    };
  });
}

function answerOf(row: AnswerRow): DeliveryAnswer {
  const { attempt, part, delivered, status, reason } = row;
  return {
    at: row.answered_at.toISOString(),
    workflowId: row.workflow_id,
    attempt,
    part,
    delivered,
    status,
    reason,
    retryAfterMs: row.retry_after_ms,
  };
}

const REVISION = `
SELECT r.revision, d.destination, r.content_hash, r.delivered_at,
  count(p.part)::integer AS parts, count(p.delivered_at)::integer AS parts_delivered,
  coalesce(sum(p.body_bytes), 0)::bigint AS bytes
FROM delivery_claims c
JOIN delivery_revisions r USING (delivery_id, revision)
JOIN deliveries d USING (delivery_id)
LEFT JOIN delivery_parts p USING (delivery_id, revision)
WHERE c.delivery_id = $1 AND c.run_key = $2
GROUP BY r.revision, d.destination, r.content_hash, r.delivered_at`;

// A redelivery has no record of a run, but an entry in the trail once it has ended.
const ANSWERS = `
SELECT n.*, coalesce((SELECT u.workflow_id FROM runs u WHERE u.run_key = n.run_key),
                     (SELECT a.workflow_id FROM audit a WHERE a.run_key = n.run_key ORDER BY a.seq LIMIT 1)) AS workflow_id
FROM (
  SELECT w.*, count(*) OVER ()::integer AS count,
    row_number() OVER (ORDER BY answered_at, attempt, part, run_key) AS place,
    row_number() OVER (ORDER BY answered_at DESC, attempt DESC, part DESC, run_key DESC) AS place_from_end
  FROM delivery_answers w WHERE w.delivery_id = $1 AND w.revision = $2
) n
WHERE n.place <= $3 OR n.place_from_end <= $3
ORDER BY n.place`;
