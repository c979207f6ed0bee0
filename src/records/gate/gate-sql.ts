/** Statements of the gate. Every instant is `clock_timestamp()`: of Postgres, and as it is once the lock is had. */

export const ADD_ORG = 'INSERT INTO gate_orgs (org) VALUES ($1) ON CONFLICT DO NOTHING';

export const LOCK_ORG = 'SELECT 1 FROM gate_orgs WHERE org = $1 FOR UPDATE';

export const DROP_OVERDUE = `
DELETE FROM gate_waiters WHERE org = $1 AND next_look < clock_timestamp() - interval '15 minutes'`;

/** Ends the submission that is on record as under way, if there is one. */
export const GIVE_UP_POST = `
WITH over AS (UPDATE gate_holders SET posting = false WHERE run_key = $1 AND posting RETURNING org)
UPDATE gate_orgs SET last_post_at = clock_timestamp() WHERE org = $2 AND EXISTS (SELECT 1 FROM over)`;

/** Answers with the slot that is held; one that has lapsed is gone. */
export const FREE_LAPSED = `
WITH lapsed AS (DELETE FROM gate_holders WHERE run_key = $1 AND until <= clock_timestamp() RETURNING run_key)
SELECT run_key FROM gate_holders WHERE run_key = $1 AND run_key NOT IN (SELECT run_key FROM lapsed)`;

export const WAIT = `
INSERT INTO gate_waiters (run_key, org, priority, since, next_look)
VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp())
ON CONFLICT (run_key) DO UPDATE SET next_look = clock_timestamp(), priority = EXCLUDED.priority`;

export const NEXT_LOOK = `
UPDATE gate_waiters SET next_look = clock_timestamp() + $2::float8 * interval '1 millisecond' WHERE run_key = $1`;

export const LEAVE_QUEUE = 'DELETE FROM gate_waiters WHERE run_key = $1';

/**
 * A waiter is due that looks within 10 s; one that is a minute late is waited for no longer, though its row counts until
 * it is dropped. After an hour a row counts one priority higher.
 */
export const QUEUE = `
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
ranked AS (
  SELECT run_key, since, next_look,
         greatest(1, priority - CASE WHEN since <= now - interval '1 hour' THEN 1 ELSE 0 END) AS rank
  FROM gate_waiters, clock WHERE org = $1
),
mine AS (SELECT rank, since, run_key FROM ranked WHERE run_key = $2),
ahead AS (
  SELECT next_look FROM ranked, mine
  WHERE (ranked.rank, ranked.since, ranked.run_key) < (mine.rank, mine.since, mine.run_key)
)
SELECT
  (SELECT count(*)::integer FROM gate_holders, clock WHERE org = $1 AND run_key <> $2 AND until > now) AS held,
  (SELECT coalesce(bool_or(posting), false) FROM gate_holders, clock
    WHERE org = $1 AND run_key <> $2 AND until > now) AS posting,
  (SELECT count(*)::integer FROM ahead) AS ahead,
  (SELECT count(*)::integer FROM ahead, clock
    WHERE next_look BETWEEN now - interval '1 minute' AND now + interval '10 seconds') AS ahead_due,
  (SELECT extract(epoch FROM now - since)::float8 * 1000 FROM mine, clock) AS waited_ms,
  (SELECT extract(epoch FROM now - last_post_at)::float8 * 1000 FROM gate_orgs, clock WHERE org = $1) AS since_post_ms`;

export const HOLD = `
INSERT INTO gate_holders (run_key, org, source, generation, granted_at, until, posting)
VALUES ($1, $2, $3, $4, clock_timestamp(),
        clock_timestamp() + $5::float8 * interval '1 millisecond' + interval '15 minutes', $6)
ON CONFLICT (run_key) DO UPDATE SET
  generation = EXCLUDED.generation, until = EXCLUDED.until, posting = EXCLUDED.posting, abandoned = false`;

export const FREE = 'DELETE FROM gate_holders WHERE run_key = $1';

/** Only where a query may run upstream: one that was refused, or never sent, does not. */
export const ABANDON = `
UPDATE gate_holders SET abandoned = true, until = clock_timestamp() + interval '6 hours'
WHERE run_key = $1 AND EXISTS (
  SELECT 1 FROM submissions WHERE run_key = $1 AND generation = $2 AND state <> 'refused'
) RETURNING run_key`;

/** The one that was not looked at for longest: each is looked at once a minute, by a run that waits. */
export const LOOK_AT_ABANDONED = `
UPDATE gate_holders SET looked_at = clock_timestamp()
WHERE run_key = (
  SELECT run_key FROM gate_holders
  WHERE org = $1 AND source = $2 AND abandoned AND until > clock_timestamp()
    AND coalesce(looked_at, '-infinity') < clock_timestamp() - interval '1 minute'
  ORDER BY looked_at NULLS FIRST LIMIT 1
) RETURNING run_key, generation`;
