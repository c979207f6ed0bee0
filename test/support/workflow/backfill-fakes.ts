import { Context } from '@temporalio/activity';
import type { Activities } from '../../../src/activities/index.js';
import { planSlices } from '../../../src/activities/backfill/plan-slices.js';
import type { BackfillRequest, TimeRange } from '../../../src/contract/request/backfill.js';
import type { BackfillResult } from '../../../src/contract/result/backfill-result.js';
import { runKeyOf } from '../../../src/contract/values/ids.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import { fakeActivities, PLAN, type FakeActivities } from './fake-activities.js';
import type { Rig } from './workflow-rig.js';
import { aDirectory, aSource } from '../sources/directory.js';

const { metric, dimension } = PLAN.query;

/** Of long ago: three days of UTC. */
export const BACKFILL = {
  org: 'acme',
  query: { metric: [...metric], dimension: [...dimension] },
  from: '2025-03-01',
  to: '2025-03-04',
} as const satisfies BackfillRequest;

/** The worker's side of planning, as it is: slices come from the calendar. */
export const realPlanSlices = planSlices({
  directory: aDirectory({
    source: aSource({ catalogue: { reportTypes: ['journey-execution'], metrics: metric, dimensions: dimension } }),
  }),
});

/** So many days in a row, from this one on. */
export function days(from: string, count: number): TimeRange[] {
  const start = Date.parse(`${from}T00:00:00Z`);
  const day = (index: number): string => new Date(start + index * 86_400_000).toISOString().replace('.000Z', 'Z');
  return Array.from({ length: count }, (_, index) => ({ from: day(index), to: day(index + 1) }));
}

/** What becomes of the run of a window: it waits for as long as this does, and fails if this throws. */
export type Fate = (window: TimeRange) => unknown;

/** Everything goes well, unless the fate of a window is another. */
export interface BackfillFakes extends FakeActivities {
  /** Windows that were begun, in order. */
  readonly begun: TimeRange[];
  /** Runs that were under way at once, at most. */
  readonly most: () => number;
}

/** Fakes for a backfill and its runs: slices as they really are planned and halved, and a run is about its own window. */
export function backfillFakes(fate: Fate = () => undefined, overrides: Partial<Activities> = {}): BackfillFakes {
  const begun: TimeRange[] = [];
  const open = new Set<string>();
  let most = 0;
  const fake = fakeActivities({
    planSlices: realPlanSlices,
    async planRun({ request, identity, requester }) {
      open.add(identity.workflowId);
      most = Math.max(most, open.size);
      // Slices are named by instants, so this is how every child's request looks.
      const { query } = request as AggregateRequest & { query: { dateFrom: string; dateTo: string } };
      const window = { from: query.dateFrom, to: query.dateTo };
      begun.push(window);
      await fate(window);
      return {
        ...PLAN,
        requester,
        runKey: runKeyOf(identity),
        window: { ...PLAN.window, ...window },
        query: { ...PLAN.query, dateFrom: window.from, dateTo: window.to },
      };
    },
    writeAudit({ identity }) {
      open.delete(identity.workflowId);
      return Promise.resolve({ seq: 1, hash: '0'.repeat(64) });
    },
    ...overrides,
  });
  return { ...fake, begun, most: () => most };
}

/** Runs a backfill to its end. */
export function backfillResult(
  rig: Rig,
  { activities }: Pick<BackfillFakes, 'activities'>,
  request: object = {},
): Promise<BackfillResult> {
  return rig.run(activities, async ({ backfill }) => (await backfill({ ...BACKFILL, ...request })).result());
}

/** Runs wait at it until it is opened, each for itself or all of them; or until the worker goes. */
export interface Gate {
  readonly pass: Fate;
  open(from?: string): void;
}

export function gate(): Gate {
  const waiting = new Map<string, () => void>();
  let wide = false;
  return {
    pass({ from }) {
      const opened = new Promise<void>((resolve) => {
        waiting.set(from, resolve);
      });
      return wide || Promise.race([opened, Context.current().cancelled]);
    },
    open(from) {
      if (from === undefined) wide = true;
      for (const [key, resolve] of waiting) {
        if (from === undefined || key === from) resolve();
      }
    },
  };
}
