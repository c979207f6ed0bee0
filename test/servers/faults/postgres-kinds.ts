import { at, type Expected, type Row } from './matrix.js';

/** What a run has Postgres do, in order. `submitted` and `acknowledged` follow an effect outside; the others precede it. */
export const RECORD_STEPS = ['plan', 'submit', 'submitted', 'deliver', 'acknowledged', 'audit'] as const;
export type RecordStep = (typeof RECORD_STEPS)[number];

export interface PostgresKind extends Row<RecordStep> {
  readonly harm: 'refused' | 'terminated' | 'answer lost' | 'locked' | 'read-only';
  /** `details.code` of what the product says then. */
  readonly code: string;
}

const waited = (bound: string, more: Partial<Expected> = {}): Expected => ({
  ends: 'completed',
  bound: `again after 1–60 s, ${bound}`,
  ...more,
});

/** Nothing was written, and the step is done again; where an effect outside came before it, that comes twice. */
const AGAIN: PostgresKind['cells'] = {
  plan: waited('1 day in all'),
  submit: waited('2 h in all'),
  submitted: waited('2 h in all; the query is on record as a suspected orphan', { orphans: 1 }),
  deliver: waited('12 h in all'),
  acknowledged: waited('12 h in all; sent twice with the same id', { duplicates: 1 }),
  audit: waited('30 days in all'),
};

/** It was written, and is found so. */
const FOUND: PostgresKind['cells'] = {
  ...AGAIN,
  submit: waited('2 h in all; a suspected orphan is on record', { orphans: 1 }),
  ...at<RecordStep>(['submitted'], waited('2 h in all')),
  ...at<RecordStep>(['acknowledged'], waited('12 h in all')),
};

export const POSTGRES_KINDS: readonly PostgresKind[] = [
  { kind: 'refuses connections', harm: 'refused', code: 'refused', cells: AGAIN },
  { kind: 'ends the connection in mid-statement', harm: 'terminated', code: 'restarting', cells: AGAIN },
  { kind: 'commits, and the answer is lost', harm: 'answer lost', code: 'reset', cells: FOUND },
  { kind: 'slow: a lock is held', harm: 'locked', code: 'timeout', cells: AGAIN },
  { kind: 'read-only', harm: 'read-only', code: 'read-only', cells: AGAIN },
];
