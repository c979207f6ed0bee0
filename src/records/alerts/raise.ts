import { alertIdOf } from '../../contract/values/ids.js';
import { canonicalJson } from '../../contract/values/json.js';
import { foldIn, type Fold } from '../../domain/alert-fold.js';
import type { NewAlert } from '../../ports/index.js';
import { lockKey } from '../postgres/advisory-lock.js';
import type { Query } from '../postgres/database.js';

interface FoldRow {
  readonly number: number;
  readonly last_at: Date;
  readonly told_at: Date;
}

/**
 * Writes an alert in the transaction that records its cause; one that is on record stays as it is. It is the last lock
 * that a transaction takes.
 * @returns whether it is new
 */
export async function raise(query: Query, alert: NewAlert, at: string): Promise<boolean> {
  const { event, key, org, what, about, fold, until } = alert;
  const id = alertIdOf(event, key);
  const matter = canonicalJson([event, ...fold]);
  // Repetitions of one matter are counted one by one.
  await query('SELECT pg_advisory_xact_lock($1)', [lockKey('alert', matter)]);
  const standing = await query('SELECT FROM alerts WHERE id = $1', [id]);
  if (standing.length > 0) return false;
  const [row] = await query<FoldRow>('SELECT number, last_at, told_at FROM alert_folds WHERE fold = $1', [matter]);
  const { number, toldMs, isTold } = foldIn(row && foldOf(row), Date.parse(at));
  await query(KEEP_FOLD, [matter, number, at, new Date(toldMs)]);
  const ends = until === undefined ? null : canonicalJson(until);
  const added = await query(ADD, [id, event, org, what, JSON.stringify(about), number, isTold, at, ends]);
  return added.length > 0;
}

/** What ended is over: its alerts are open no more. */
export async function endAlerts(query: Query, until: readonly (string | number)[], at: string): Promise<void> {
  await query(END, [canonicalJson(until), at]);
}

function foldOf({ number, last_at: last, told_at: told }: FoldRow): Fold {
  return { number, lastMs: last.getTime(), toldMs: told.getTime() };
}

const KEEP_FOLD = `
INSERT INTO alert_folds (fold, number, last_at, told_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (fold) DO UPDATE SET number = excluded.number, last_at = excluded.last_at, told_at = excluded.told_at`;

const ADD = `
INSERT INTO alerts (id, event, org, what, about, number, told, raised_at, until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id`;

const END = 'UPDATE alerts SET ended_at = $2 WHERE until = $1 AND ended_at IS NULL';
