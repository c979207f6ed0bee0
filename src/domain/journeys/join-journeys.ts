import type { Journey } from './journey.js';
import { createJudge, type JudgeOptions } from './judge-journey.js';
import { compileRules } from './leg-rules.js';
import type { LegTable } from './legs/leg-table.js';
import { growTree } from './legs/leg-tree.js';
import { NONE } from './tally-legs.js';

export interface JoinOptions extends JudgeOptions {
  /** Roots that begin in `[fromMs, toMs)` are of this window; all other legs are there to complete them. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the window has beside its journeys. */
export interface JoinCounts {
  /** Legs of the window. */
  readonly legs: number;
  /** Legs of the window whose root is nowhere within its horizon, or that hang in a ring. */
  readonly orphans: number;
  /** Of all legs given. */
  readonly cycles: number;
  readonly duplicates: number;
  /** Legs of the window that are their own master though they were transferred: journeys that CXone has cut. */
  readonly suspectedSplits: number;
}

export interface JoinedJourneys {
  readonly counts: JoinCounts;
  /** In the order of their roots in the table; made again each time, and none is kept. */
  journeys(): Generator<Journey>;
  /** Rows of the roots of the window. */
  roots(): Generator<number>;
  journeyAt(root: number): Journey;
  /** Rows of the legs of a root of the window. */
  legsOf(root: number): Generator<number>;
  /** The row of the root of that leg; -1 for a leg in no journey. */
  rootOf(row: number): number;
  /** Whether the leg begins in the window, and no other record of its contact has replaced it. */
  isOfWindow(row: number): boolean;
}

/**
 * Joins legs into the journeys of a window. Give every leg that begins in
 * `[fromMs - horizon, toMs + horizon)`; more do no harm. Then any partition of a range into windows has the same journeys.
 */
export function joinJourneys(legs: LegTable, options: JoinOptions): JoinedJourneys {
  const rules = compileRules(legs, options.settings);
  const { roots, replaced, ...found } = growTree(legs, rules.horizonMs);
  const rootOf = (row: number): number => roots[row] ?? NONE;
  const isInWindow = (row: number): boolean => legs.start(row) >= options.fromMs && legs.start(row) < options.toMs;
  const isOfWindow = (row: number): boolean => replaced[row] === 0 && isInWindow(row);
  const first = new Int32Array(legs.count).fill(NONE);
  const next = new Int32Array(legs.count).fill(NONE);
  const counts = { legs: 0, orphans: 0, suspectedSplits: 0, ...found };
  for (let row = 0; row < legs.count; row += 1) {
    const root = rootOf(row);
    if (isOfWindow(row)) {
      counts.legs += 1;
      if (root === NONE) counts.orphans += 1;
      if (root === row && legs.has(row, 'moved')) counts.suspectedSplits += 1;
    }
    if (root === NONE || !isInWindow(root)) continue;
    next[row] = first[root] ?? NONE;
    first[root] = row;
  }
  const chain = { first: (root: number) => first[root] ?? NONE, next: (row: number) => next[row] ?? NONE };
  const journeyAt = createJudge(legs, rules, chain, options);
  const rootsOf = function* (): Generator<number> {
    for (let row = 0; row < legs.count; row += 1) if (first[row] !== NONE) yield row;
  };
  return {
    counts,
    *journeys() {
      for (const root of rootsOf()) yield journeyAt(root);
    },
    roots: rootsOf,
    journeyAt,
    *legsOf(root) {
      for (let row = chain.first(root); row !== NONE; row = chain.next(row)) yield row;
    },
    rootOf,
    isOfWindow,
  };
}
