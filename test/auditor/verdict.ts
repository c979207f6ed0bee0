import type { Evidence } from './evidence.js';

/** What is promised, in the words of the findings; `evidence` is the auditor's own: that there was something to judge. */
export type PromiseName =
  'lost' | 'audit' | 'results' | 'journeys' | 'identity' | 'duplicates' | 'orphans' | 'evidence';

export interface Finding {
  readonly promise: PromiseName;
  /** What it is about: a workflow id, a webhook id, a delivery, a query, a fault. */
  readonly subject: string;
  /** A clause that goes on after the subject. */
  readonly what: string;
}

/** What became of one promise, and how much there was to look at. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<string, number>>;
}

export type Judge = (evidence: Evidence) => Judgement;

/** `nothing tested`: no promise was seen broken, but too little was done to the product for that to mean anything. */
export interface Verdict {
  readonly verdict: 'held' | 'broken' | 'nothing tested';
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Collects what is found wrong about one promise. */
export function findingsOf(promise: PromiseName): { found: Finding[]; find: (subject: string, what: string) => void } {
  const found: Finding[] = [];
  return { found, find: (subject, what) => found.push({ promise, subject, what }) };
}

export function grouped<T>(items: readonly T[], keyOf: (item: T) => string | undefined): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
