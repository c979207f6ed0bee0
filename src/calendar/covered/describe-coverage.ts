import type { Zone } from 'luxon';
import type { SeriesCoverage, WindowListing } from '../../contract/result/coverage.js';
import type { SeriesFacts } from '../../ports/index.js';
import { instantText, readDateText } from '../date-text.js';
import { labelsIn, WindowError, zoneNamed } from '../windows.js';
import { instantOf } from '../zone.js';
import { expectedSpans } from './expected.js';
import { coverTime, type CoveredSpan, type Stretch } from './stretches.js';

export interface CoverageAsked {
  /** Days in the zone of each series, or instants: only time in between is listed. Watermarks are of all time. */
  readonly from?: string;
  readonly to?: string;
  readonly nowMs: number;
  /** From the moment at which a window is due to the one at which it is late. */
  readonly graceMs: number;
}

/** The coverage of each series at each destination. Throws {@link WindowError} at `from` or `to`. */
export function describeCoverage(all: readonly SeriesFacts[], asked: CoverageAsked): readonly SeriesCoverage[] {
  // Windows of all series begin and end at the same few instants.
  const written = new Map<number, string>();
  const text: InstantText = (instant) => {
    if (instant === null || instant === undefined) return null;
    const known = written.get(instant) ?? instantText(instant);
    written.set(instant, known);
    return known;
  };
  return all.map((facts) => coverageOf(facts, asked, text));
}

type InstantText = (instant: number | null | undefined) => string | null;

function coverageOf(facts: SeriesFacts, asked: CoverageAsked, text: InstantText): SeriesCoverage {
  const { org, series, source, destination, report, timeZone, windows, expectations } = facts;
  const zone = zoneNamed(timeZone, 'timeZone');
  const expected = expectations.flatMap((each) => expectedSpans(each, asked.nowMs, asked.graceMs));
  const { spans, stretches } = coverTime(windows, expected, zone);
  const [start, end] = [boundAt('from', asked.from, zone) ?? -Infinity, boundAt('to', asked.to, zone) ?? Infinity];
  const labelled = labelsIn(timeZone);
  const listed = stretches.map((stretch) => stretchListing(stretch, text));
  const newest = listed.at(-1);
  return {
    ...{ org, series, source, destination, report, timeZone },
    completeUpTo: newest?.completeUpTo ?? null,
    finalUpTo: newest?.finalUpTo ?? null,
    stretches: listed,
    windows: spans
      .filter((span) => span.end > start && span.start < end)
      .map((span) => windowListing(span, labelled, text)),
  };
}

/** Days of any zone lie within it. */
const MARGIN_MS = 2 * 86_400_000;

/** Instants outside which nothing is listed, whatever the zone of a series; null where there is no end. For a text that is no date, too. */
export function listedBounds({ from, to }: Pick<CoverageAsked, 'from' | 'to'>): {
  readonly fromMs: number | null;
  readonly toMs: number | null;
} {
  const at = (text: string | undefined, marginMs: number): number | null => {
    const date = text === undefined ? undefined : readDateText(text);
    if (date === undefined) return null;
    return (date.kind === 'instant' ? date.instant : date.local) + marginMs;
  };
  return { fromMs: at(from, -MARGIN_MS), toMs: at(to, MARGIN_MS) };
}

function boundAt(path: string, text: string | undefined, zone: Zone): number | undefined {
  if (text === undefined) return undefined;
  const date = readDateText(text);
  if (date === undefined)
    throw new WindowError(path, `"${text}" is not a date: use 2026-11-01 or 2026-11-01T00:00:00Z`);
  return date.kind === 'instant' ? date.instant : instantOf(date.local, zone).instant;
}

function stretchListing(
  { start, end, completeUpTo, finalUpTo }: Stretch,
  text: InstantText,
): SeriesCoverage['stretches'][number] {
  const [from, to] = [instantText(start), instantText(end)];
  return { from, to, completeUpTo: text(completeUpTo), finalUpTo: text(finalUpTo) };
}

function windowListing(span: CoveredSpan, labelled: ReturnType<typeof labelsIn>, text: InstantText): WindowListing {
  const { start, end, state, window, scheduleId } = span;
  const [from, to] = [text(start) ?? '', text(end) ?? ''];
  // One literal each: there are tens of thousands, and an object made of others takes ten times as long.
  if (window === undefined)
    return { from, to, label: labelled({ from, to }), state, ...NOT_READ, schedule: scheduleId ?? null };
  const { revision, corrections, rows, deliveryId, workflowId, outcome, failureType } = window;
  const deliveredAt = text(window.deliveredAtMs);
  return {
    from,
    to,
    label: window.fromMs === start && window.toMs === end ? window.label : labelled({ from, to }),
    state,
    revision,
    corrections,
    correctedAt: corrections > 0 ? deliveredAt : null,
    deliveredAt,
    readAt: text(window.readAtMs),
    rows,
    missingBuckets: window.missing?.count ?? null,
    missing: window.missing?.labels ?? NO_LABELS,
    deliveryId,
    workflowId,
    outcome,
    failureType,
    schedule: scheduleId ?? null,
  };
}

const NO_LABELS: readonly string[] = [];

const NOT_READ = {
  ...{ revision: null, corrections: 0, correctedAt: null, deliveredAt: null, readAt: null, rows: null },
  ...{ missingBuckets: null, missing: [] },
  ...{ deliveryId: null, workflowId: null, outcome: null, failureType: null },
} as const;
