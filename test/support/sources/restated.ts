import { DateTime } from 'luxon';
import type { Inbox } from '../../../simulator/receiver/inbox.js';
import { createRowSource, type Row } from '../../../simulator/rows/row-source.js';
import type { BackfillRequest } from '../../../src/contract/request/backfill.js';

/** Of the days, and of the data. */
export const ZONE = 'Europe/Berlin';
/** Of each day: two parts, also while some are late. */
export const SETTLED = { rows: 1_500, timeZone: ZONE };
/** While they are provisional. */
export const RESTATED = { ...SETTLED, late: 0.1, corrected: 0.2, removed: 0.05 };
/** What is asked of a day. Nothing is left out, so that a receiver can end with all that the source has. */
export const ASKED = {
  query: { metric: ['journeyCompletionRate', 'journeyDropOffRate'], dimension: ['journeyId'] },
  processing: { outliers: 'off' },
} as const satisfies BackfillRequest;

/** Bounds of a day in UTC. */
export function boundsOf(label: string): { readonly from: string; readonly to: string } {
  const day = DateTime.fromISO(label, { zone: ZONE });
  const instant = (of: DateTime): string => new Date(of.toMillis()).toISOString().replace('.000Z', 'Z');
  return { from: instant(day), to: instant(day.plus({ days: 1 })) };
}

/** The rows that the source has of a day when all is settled. */
export function settledRows(org: string, label: string): readonly Row[] {
  const { from: dateFrom, to: dateTo } = boundsOf(label);
  const { metric, dimension } = ASKED.query;
  const common = { reportType: 'journey-execution', filter: {}, timeGroupBy: 'day', limit: 10_000 } as const;
  const query = { ...common, metric, dimension, dateFrom, dateTo };
  return createRowSource({ org, query, data: SETTLED }).rows(0, Infinity);
}

/** What a receiver holds, by the label of its window. */
export function heldBy({
  windows,
}: Pick<Inbox, 'windows'>): Readonly<Record<string, { revision: number; rows: readonly unknown[] }>> {
  const held = [...windows().values()].map(({ revision, rows, payloads }) => {
    return [labelOf(payloads[0]), { revision, rows }] as const;
  });
  return Object.fromEntries(held);
}

/** Label of a payload's window; empty where there is none. */
export function labelOf(payload: Readonly<Record<string, unknown>> | undefined): string {
  const window = payload?.['window'];
  return typeof window === 'object' && window !== null && 'label' in window ? String(window.label) : '';
}
