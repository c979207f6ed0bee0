import type { Reporting } from '../../simulator/reporting/reporting.js';
import { SERVED } from '../../simulator/reporting/legs/directory.js';
import type { AggregateRequest } from '../../src/client.js';
import { referenceRows, truthOf } from '../support/sources/journey-truth.js';
import { definitionOf } from '../unit/journeys/journeys-fixtures.js';
import { JOURNEY_METRICS } from './plan.js';

const DAY_MS = 86_400_000;
const { settings } = definitionOf({ contained: [`disposition:${SERVED.id}`] });

interface RequestedRun {
  readonly workflowId: string;
  readonly request: AggregateRequest;
}

/** The rows of every run on contacts, by what the source knows of its journeys and by a reference that shares no code. */
export function trueJourneys(
  reporting: Reporting,
  requested: readonly RequestedRun[],
): readonly { readonly workflowId: string; readonly rows: readonly object[] }[] {
  return requested.flatMap(({ workflowId, request: { source, query } }) => {
    if (source === undefined) return [];
    const [from, to] = [Date.parse(query.dateFrom ?? ''), Date.parse(query.dateTo ?? '')];
    const days = Array.from({ length: (to - from) / DAY_MS }, (_, day) => {
      const fromMs = from + day * DAY_MS;
      return { label: new Date(fromMs).toISOString().slice(0, 10), fromMs, toMs: fromMs + DAY_MS };
    });
    const metrics =
      Object.entries(JOURNEY_METRICS).find(([metric]) => [query.metric].flat().includes(metric))?.[1] ?? [];
    const dimensions = query.dimension?.length ? (['queue'] as const) : [];
    return [{ workflowId, rows: referenceRows(truthOf(reporting, from, 18), settings, days, dimensions, metrics) }];
  });
}
