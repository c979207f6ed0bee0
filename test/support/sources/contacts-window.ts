import type { Simulator } from '../../../simulator/cxone/server.js';
import type { AggregateRequest } from '../../../src/client.js';
import type { Settings } from '../../../src/domain/journeys/definition/settings.js';
import { referenceRows, truthOf } from './journey-truth.js';

const DAY_MS = 86_400_000;
export const FROM = Date.parse('2026-10-05T00:00:00Z');

/** Two days of a simulated tenant, settled long ago. */
export const ON_CONTACTS: Omit<AggregateRequest, 'org'> = {
  source: 'journeys',
  timeZone: 'UTC',
  query: { metric: ['journeyAnswerRate'], dimension: ['queue'], dateFrom: '2026-10-05', dateTo: '2026-10-07' },
};
const METRICS = ['journeyQueued', 'journeyAnswered', 'journeyAnswerRate', 'journeyOpen'];

/** The rows of that window, by what the simulator knows and the reference says. */
export function expectedRows(
  { reporting }: Pick<Simulator, 'reporting'>,
  settings: Settings,
): readonly Record<string, unknown>[] {
  const days = ['2026-10-05', '2026-10-06'].map((label, day) => ({
    label,
    fromMs: FROM + day * DAY_MS,
    toMs: FROM + (day + 1) * DAY_MS,
  }));
  return referenceRows(truthOf(reporting, FROM, 30), settings, days, ['queue'], METRICS);
}

type Journal = Simulator['journal'];

/** Pages of days that were given whole, by day and place, and how often each was. @param after entries not counted */
export function pagesGiven(journal: Journal, after = 0): ReadonlyMap<string, number> {
  const pages = new Map<string, number>();
  for (const entry of journal.entries().slice(after)) {
    if (
      entry.operation !== 'contacts' ||
      entry.fault !== undefined ||
      entry.status !== 200 ||
      !('skip' in entry) ||
      entry.fields === undefined
    )
      continue;
    const page = `${entry.startDate ?? ''} ${entry.skip ?? ''} ${entry.top ?? ''}`;
    pages.set(page, (pages.get(page) ?? 0) + 1);
  }
  return pages;
}
