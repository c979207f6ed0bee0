import type { AggregateResult, EndedDelivery, MetricOutliers } from '../../contract/result/result.js';
import { countOf, countText, valueText } from '../../text/number-text.js';
import { runTitle } from '../../text/run-title.js';
import { journeySections } from './journey-section.js';
import { plain, type Paint } from '../terminal/paint.js';
import { renderSections, type Section } from '../terminal/report-sections.js';
import { durationText } from '../../text/time-text.js';

export interface ReportOptions {
  /** Characters a line may have; ids and addresses are never broken. */
  readonly width: number;
  readonly paint?: Paint;
  /** Where else the run can be seen: its page, the Temporal UI. */
  readonly urls?: readonly string[];
  /** Of an answer that an earlier run gave: a sentence that says so. */
  readonly stored?: string;
  /** The servers are about to go: there will be nothing to look at. */
  readonly gone?: boolean;
}

const OUTCOMES = {
  completed: { style: 'green', says: 'completed: delivered' },
  unchanged: { style: 'green', says: 'unchanged: nothing was sent, because the same figures were delivered before' },
  undelivered: { style: 'red', says: 'completed, but undelivered: the receiver did not accept the delivery' },
} as const;

/** Missing buckets that are named; the full number stands before them. */
const BUCKETS_NAMED = 8;

/** What came out of a run, for a person: lines of text without a line end after the last. */
export function renderReport(
  result: AggregateResult,
  { width, paint = plain, urls = [], gone = false, stored }: ReportOptions,
): string {
  const { style, says } = OUTCOMES[result.outcome];
  const [first, ...others] = [window, rows, completeness, outliers, sampling, quality, delivery, figures].map((of) =>
    of(result),
  );
  const sections = [...(first ? [first] : []), ...journeySections(result), ...others];
  const notes = [...(stored === undefined ? [] : [stored]), titleOf(result)];
  const head = { says, style, notes, id: result.workflowId };
  return renderSections(head, [...sections, ...(gone ? [] : [whereToLook(result, urls)])], { width, paint });
}

function whereToLook({ workflowId }: AggregateResult, urls: readonly string[]): Section {
  const places = [`journey-metrics report ${workflowId} --open`, ...urls];
  return { label: 'look at', texts: places.map((text) => ({ text, verbatim: true })) };
}

/** Without the organisation, which a result does not name: it is in the id. */
function titleOf({ report, window: of }: AggregateResult): string {
  return runTitle({ org: null, report, window: of });
}

function window({ window: { label, timeZone, from, to }, queryId, series }: AggregateResult): Section {
  return {
    label: 'window',
    texts: [`${label} (${timeZone})`, `from ${from} to before ${to}`, `query ${queryId}`, `series ${series}`],
  };
}

/** What was delivered of what the source returned comes first: a sample is no defect. */
function rows({ outcome, rows: counts, sampling: { sampled }, delivery: { revision } }: AggregateResult): Section {
  const { returned, kept, delivered } = counts;
  const isSent = outcome !== 'unchanged';
  if (returned === 0) {
    const empty = 'no rows: the source returned none';
    return {
      label: 'rows',
      texts: isSent ? [empty] : [empty, `nothing was sent: that was delivered before as revision ${revision}`],
    };
  }
  const share = isSent
    ? `${countText(delivered)} of ${countOf(returned, 'row')} ${outcome === 'undelivered' ? 'not delivered' : 'delivered'}${sampled ? ' (sampled)' : ''}`
    : `nothing was sent: ${countOf(delivered, 'row')} were delivered before as revision ${revision}`;
  return { label: 'rows', texts: [share, `${countText(kept)} kept after outliers`] };
}

function completeness({ completeness: { expected, missing, missingCount, nullBuckets } }: AggregateResult): Section {
  const named = missing.slice(0, BUCKETS_NAMED);
  const more = missingCount - named.length;
  const list = `${named.join(', ')}${more > 0 ? ` and ${countText(more)} more` : ''}`;
  const nulls = counted(nullBuckets);
  return {
    label: 'completeness',
    texts: [
      `${countText(expected - missingCount)} of ${countOf(expected, 'bucket')} have rows`,
      ...(missingCount > 0 ? [{ text: `missing: ${list}`, style: 'yellow' } as const] : []),
      ...(nulls === '' ? [] : [`buckets without a value: ${nulls}`]),
    ],
  };
}

function outliers({ outliers: { mode, total, metrics } }: AggregateResult): Section {
  const summary = {
    remove: `${countOf(total, 'row')} removed`,
    flag: `${countOf(total, 'row')} flagged, none removed`,
    off: 'off',
  }[mode];
  return { label: 'outliers', texts: [summary, ...metrics.map(metricText)] };
}

function metricText({ metric, considered, lower, upper, outliers: found, skipped }: MetricOutliers): string {
  if (skipped === 'iqr-zero') return `${metric}: not tested, half of its values are the same`;
  if (skipped === 'too-few-values') return `${metric}: not tested, fewer than 4 values`;
  const bounds =
    lower === undefined || upper === undefined ? '' : ` outside ${valueText(lower)} to ${valueText(upper)}`;
  return `${metric}: ${countText(found)} of ${countText(considered)}${bounds}`;
}

function sampling({ sampling: { sampled, kept, of, maxRows } }: AggregateResult): Section {
  if (!sampled) return { label: 'sampling', texts: [`none: at most ${countOf(maxRows, 'row')} are delivered`] };
  const text = `${countText(kept)} of ${countOf(of, 'row')}, evenly spaced (processing.maxRows is ${countText(maxRows)})`;
  return { label: 'sampling', texts: [{ text, style: 'yellow' }] };
}

function quality({ quality: { warnings, nulls, numericStrings } }: AggregateResult): Section {
  const texts: Section['texts'] = [
    ...warnings.map(({ message }) => ({ text: `! ${message}`, style: 'yellow' }) as const),
    ...Object.entries({ 'null values': nulls, 'numbers sent as text': numericStrings }).flatMap(([name, counts]) => {
      const text = counted(counts);
      return text === '' ? [] : [`${name}: ${text}`];
    }),
  ];
  return { label: 'quality', texts: texts.length === 0 ? ['no findings'] : texts };
}

function delivery({
  outcome,
  delivery: { deliveryId, revision, parts, attempts, signed, lastFailure },
  deliveries,
  workflowId,
}: AggregateResult): Section {
  if (deliveries.length > 1)
    return { label: 'deliveries', texts: deliveries.flatMap((each) => oneOf(each, workflowId)) };
  const sent = attempts === 0 ? 'nothing sent' : countOf(attempts, 'attempt');
  const failed: Section['texts'] =
    outcome === 'undelivered'
      ? [
          { text: `! ${lastFailure ?? 'the receiver did not accept the delivery'}`, style: 'red' },
          { text: `journey-metrics runs redeliver ${workflowId}`, verbatim: true },
        ]
      : [];
  const unsigned: Section['texts'] = signed
    ? []
    : [{ text: '! not signed: set BI_WEBHOOK_SECRET, so that the receiver can verify the sender', style: 'yellow' }];
  return {
    label: 'delivery',
    texts: [
      `revision ${revision}, ${countOf(parts, 'part')}, ${sent}${signed ? ', signed' : ''}`,
      `id ${deliveryId}`,
      ...failed,
      ...unsigned,
    ],
  };
}

/** One of several: to where, and how it went. */
function oneOf(
  { destination, outcome, revision, rows: count = 0, parts, attempts, superseded, lastFailure }: EndedDelivery,
  workflowId: string,
): Section['texts'] {
  const how = superseded ? 'superseded: a later one is there' : outcome;
  const sent = attempts === 0 ? 'nothing sent' : countOf(attempts, 'attempt');
  const line = `${destination}: ${how}, revision ${revision}, ${countOf(count, 'row')}, ${countOf(parts, 'part')}, ${sent}`;
  if (outcome !== 'undelivered') return [line];
  return [
    { text: `! ${line}: ${lastFailure ?? 'not accepted'}`, style: 'red' },
    { text: `journey-metrics runs redeliver ${workflowId} --destination ${destination}`, verbatim: true },
  ];
}

function figures({ rows: { returned }, accuracyRate, latencyMs }: AggregateResult): Section {
  if (returned === 0) return { label: 'figures', texts: [`latency ${durationText(latencyMs)}`] };
  const accuracy = `accuracyRate ${valueText(accuracyRate)} % (rows delivered / rows returned × 100)`;
  return { label: 'figures', texts: [`latency ${durationText(latencyMs)}`, accuracy] };
}

/** `journeyCompletionRate 3, journeyDropOffRate 1`; keys that count nothing are left out. */
function counted(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([key, count]) => `${key} ${countText(count)}`).join(', ');
}
