import type { SubmissionKey, Submissions, SubmissionStart, SubmittedQuery } from '../../ports/index.js';
import type { Database, Query } from '../postgres/database.js';
import { conflict } from '../postgres/errors.js';

/** Submissions of one generation that may have been accepted unseen, before no more is sent. */
export const SUSPECTED_ORPHANS_AT_MOST = 5;

interface SubmissionRow {
  readonly state: 'pending' | 'refused' | 'unknown' | 'submitted';
  readonly idempotency_key: string;
  readonly suspected_orphans: number;
  readonly ticket: string | null;
  readonly submitted_at: Date | null;
  readonly query_id: string | null;
  /** A second submission, for the name of the query, is under way. */
  readonly naming: boolean;
}

/**
 * Every submission is on record before it is sent. One that ends without an answer is counted, once, as a suspected
 * orphan, so there are never more of them than there were sends.
 */
export function submissionRecords(database: Database): Submissions {
  return {
    begin({ runKey, generation, idempotencyKey, mayOrphan }, at, signal) {
      const key = { runKey, generation };
      return database.transaction('beginning a submission', signal, async (query) => {
        const isNew = await query(INSERT_PENDING, [runKey, generation, idempotencyKey, at]);
        if (isNew.length > 0) return { state: 'send', suspectedOrphans: 0 };
        const row = await lock(query, key);
        if (row?.idempotency_key !== idempotencyKey) {
          throw conflict(`generation ${generation} of run ${runKey} was submitted under another idempotency key`);
        }
        return await resume(query, key, row, mayOrphan);
      });
    },
    settle(key, outcome, signal) {
      return database.transaction('settling a submission', signal, async (query) => {
        const row = await lock(query, key);
        if (!row) throw conflict(`generation ${key.generation} of run ${key.runKey} was settled, but never begun`);
        const naming = outcome.state === 'submitted' && outcome.naming === true;
        if (naming !== row.naming) await query(SET_NAMING, [key.runKey, key.generation, naming]);
        if (outcome.state === 'submitted') {
          await settleSubmitted(query, key, row, outcome);
        } else if (row.naming) {
          if (outcome.state === 'unknown') await suspectOrphan(query, key, 'no-answer');
        } else if (outcome.state === 'unknown' && (row.state === 'pending' || row.state === 'refused')) {
          await suspectOrphan(query, key, 'no-answer');
          await query(SET_STATE, [key.runKey, key.generation, 'unknown']);
        } else if (outcome.state === 'refused' && row.state === 'pending') {
          await query(SET_STATE, [key.runKey, key.generation, 'refused']);
        }
        // Whatever else comes is the late word of an attempt that was given up, and counted, when the next one began.
      });
    },
    async find({ runKey, generation }, signal) {
      const [row] = await database.run('finding a submission', signal, (query) =>
        query<SubmissionRow>(FIND, [runKey, generation]),
      );
      return row ? submittedOf(row) : null;
    },
  };
}

function submittedOf({ ticket, submitted_at: at, query_id: queryId }: SubmissionRow): SubmittedQuery | null {
  return ticket === null || at === null ? null : { ticket, queryId, submittedAt: at.toISOString() };
}

async function resume(
  query: Query,
  key: SubmissionKey,
  row: SubmissionRow,
  mayOrphan: boolean,
): Promise<SubmissionStart> {
  const submitted = submittedOf(row);
  if (submitted) {
    if (row.naming) await query(SET_NAMING, [key.runKey, key.generation, false]);
    if (row.naming && mayOrphan) await suspectOrphan(query, key, 'crashed');
    return { state: 'submitted', ...submitted };
  }
  const crashed = row.state === 'pending' && mayOrphan;
  if (crashed) await suspectOrphan(query, key, 'crashed');
  const suspectedOrphans = row.suspected_orphans + (crashed ? 1 : 0);
  const state = suspectedOrphans >= SUSPECTED_ORPHANS_AT_MOST ? 'ambiguous' : 'send';
  await query(SET_STATE, [key.runKey, key.generation, state === 'send' ? 'pending' : 'unknown']);
  return { state, suspectedOrphans };
}

/** The first ticket stands. Another one is a query that nobody will wait for. */
async function settleSubmitted(
  query: Query,
  key: SubmissionKey,
  row: SubmissionRow,
  { ticket, submittedAt, queryId }: SubmittedQuery,
): Promise<void> {
  if (row.ticket === null) await query(SET_SUBMITTED, [key.runKey, key.generation, ticket, submittedAt, queryId]);
  else if (row.ticket === ticket) await query(SET_NAME, [key.runKey, key.generation, queryId]);
  else await query(RECORD_ORPHAN, [key.runKey, key.generation, 'second-ticket', ticket]);
}

async function suspectOrphan(query: Query, key: SubmissionKey, reason: 'crashed' | 'no-answer'): Promise<void> {
  await query(COUNT_ORPHAN, [key.runKey, key.generation]);
  await query(RECORD_ORPHAN, [key.runKey, key.generation, reason, null]);
}

async function lock(query: Query, { runKey, generation }: SubmissionKey): Promise<SubmissionRow | undefined> {
  return (await query<SubmissionRow>(LOCK, [runKey, generation]))[0];
}

const INSERT_PENDING = `
INSERT INTO submissions (run_key, generation, state, idempotency_key, begun_at) VALUES ($1, $2, 'pending', $3, $4)
ON CONFLICT DO NOTHING RETURNING state`;

const LOCK = 'SELECT * FROM submissions WHERE run_key = $1 AND generation = $2 FOR UPDATE';

const FIND = 'SELECT * FROM submissions WHERE run_key = $1 AND generation = $2';

const SET_STATE = 'UPDATE submissions SET state = $3, changed_at = now() WHERE run_key = $1 AND generation = $2';

const SET_SUBMITTED = `
UPDATE submissions SET state = 'submitted', ticket = $3, submitted_at = $4, query_id = $5, changed_at = now()
WHERE run_key = $1 AND generation = $2`;

const SET_NAMING = 'UPDATE submissions SET naming = $3, changed_at = now() WHERE run_key = $1 AND generation = $2';

/** The first name stands, as the first ticket does. */
const SET_NAME =
  'UPDATE submissions SET query_id = coalesce(query_id, $3), changed_at = now() WHERE run_key = $1 AND generation = $2';

const COUNT_ORPHAN =
  'UPDATE submissions SET suspected_orphans = suspected_orphans + 1 WHERE run_key = $1 AND generation = $2';

const RECORD_ORPHAN = `
INSERT INTO submission_orphans (run_key, generation, idempotency_key, reason, ticket)
SELECT run_key, generation, idempotency_key, $3, $4 FROM submissions WHERE run_key = $1 AND generation = $2`;
