import { countOf, countText, valueText } from '../../text/number-text.js';
import { bucketChart } from '../charts/bucket-chart.js';
import type { SeriesPoint } from '../charts/bucket-series.js';
import { figure, folded } from '../charts/charts.js';
import { html, outside, shortened, type Html, type Piece } from '../page/html.js';
import type { ReportData } from '../data/report-data.js';
import { table } from '../page/table.js';
import { numberOr, shown, type Section } from './section.js';

/** Missing buckets that are named beside a chart; the calendar has them all. */
const NAMED_MOST = 24;

/** Each metric over the buckets of the window, gaps and all. */
export function overTime({ asked, series, result, window }: ReportData): Section {
  const metrics = asked?.metrics ?? [];
  const body = shown(series, (points) => [
    meaningNote(asked, window),
    missingNote(result?.completeness),
    groupedNote(points),
    html`<div class="charts">${metrics.map((name, metric) => metricOverTime(points, name, metric))}</div>`,
    folded('of all charts over time', numbers(points, metrics)),
  ]);
  return { id: 'over-time', heading: `By ${asked?.timeGroupBy ?? 'bucket'}`, body };
}

/** What the charts show: else nobody could say whose days they are. */
function meaningNote(asked: ReportData['asked'], window: ReportData['window']): Piece {
  if (asked === undefined || window === undefined) return '';
  const { weightMetric } = asked.processing;
  return html`<p class="note">
    Means over the rows that were kept${weightMetric !== undefined && html`, weighted by ${outside(weightMetric)}`}, by
    ${asked.timeGroupBy} in ${outside(window.timeZone)}.
  </p>`;
}

function missingNote(completeness: NonNullable<ReportData['result']>['completeness'] | undefined): Piece {
  if (completeness === undefined) return '';
  const { missing, missingCount } = completeness;
  if (missingCount === 0) return html`<p class="note">Every bucket has rows.</p>`;
  const named = missing.slice(0, NAMED_MOST);
  const more = missingCount - named.length;
  const names = named.map((label, index) => [index > 0 && ', ', html`<span class="label">${label}</span>`]);
  return html`<p class="warning">
    <strong>${countOf(missingCount, 'bucket')} without rows:</strong>
    ${names}${more > 0 && ` and ${countText(more)} more`}. Grey bands in the charts; no line is drawn across them.
  </p>`;
}

function groupedNote([first]: readonly SeriesPoint[]): Piece {
  if (first === undefined || first.buckets === 1) return '';
  return html`<p class="note">Each point is ${countOf(first.buckets, 'bucket')} together.</p>`;
}

function metricOverTime(points: readonly SeriesPoint[], name: string, metric: number): Html {
  const values = points.map(({ means }) => means[metric] ?? null).filter((value) => value !== null);
  const heading = html`<h3 class="metric-${(metric % 10) + 1}">${outside(name)}</h3>`;
  if (values.length === 0)
    return html`<div>
      ${heading}
      <p class="absent">No row has a number for it.</p>
    </div>`;
  const gaps = points.filter(({ missing }) => missing > 0).length;
  const range = `Between ${valueText(least(values))} and ${valueText(greatest(values))} in ${countOf(values.length, 'point')}.`;
  return html`<div>
    ${heading}
    ${figure(
      {
        id: `time-${metric}`,
        title: `${shortened(name)} over time`,
        says: `${range} ${gaps === 0 ? 'No bucket is missing.' : `${countOf(gaps, 'point')} with missing buckets.`}`,
        ...bucketChart(points, metric),
      },
      range,
    )}
  </div>`;
}

function numbers(points: readonly SeriesPoint[], metrics: readonly string[]): Html {
  return table({
    caption: 'Means by bucket',
    columns: [
      { head: 'Bucket' },
      { head: 'Rows', numeric: true },
      ...metrics.map((name) => ({ head: outside(name), numeric: true })),
    ],
    rows: points.map((point) => [
      labelOf(point),
      rowsText(point),
      ...metrics.map((_, metric) => numberOr(point.means[metric], valueText)),
    ]),
  });
}

function labelOf({ from, to }: SeriesPoint): string {
  return from === to ? from : `${from} to ${to}`;
}

function rowsText({ rows, missing, buckets }: SeriesPoint): string {
  if (missing === buckets) return 'missing';
  return missing === 0 ? countText(rows) : `${countText(rows)} (${countOf(missing, 'bucket')} missing)`;
}

function least(values: readonly number[]): number {
  return values.reduce((one, other) => Math.min(one, other), Infinity);
}

function greatest(values: readonly number[]): number {
  return values.reduce((one, other) => Math.max(one, other), -Infinity);
}
