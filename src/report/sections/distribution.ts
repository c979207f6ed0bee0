import { countOf, countText, edgeTexts, valueText } from '../../text/number-text.js';
import type { MetricOutliers } from '../../contract/result/result.js';
import type { Histogram } from '../../domain/statistics/histogram.js';
import { figure } from '../charts/charts.js';
import { histogramChart } from '../charts/histogram-chart.js';
import { html, outside, shortened, type Html } from '../page/html.js';
import type { ReportData } from '../data/report-data.js';
import { table } from '../page/table.js';
import { shown, type Section } from './section.js';

/** How the values of each metric lie, over all rows returned, and which of them the outlier rule finds. */
export function distribution({ asked, histograms, result }: ReportData): Section {
  const metrics = asked?.metrics ?? [];
  const body = shown(histograms, (all) => [
    html`<p class="note">
      All rows that the source
      returned.${result?.outliers.metrics.some(({ lower }) => lower !== undefined) && ' Dashed lines are the bounds of the outlier rule; bars beyond them are paler.'}
    </p>`,
    html`<div class="charts">
      ${all.map((histogram, metric) => {
        const name = metrics[metric] ?? '';
        const judged = result?.outliers.metrics.find((each) => each.metric === name);
        return metricDistribution(histogram, { name, metric, judged });
      })}
    </div>`,
  ]);
  return { id: 'distribution', heading: 'Distribution', body };
}

interface Judged {
  readonly name: string;
  readonly metric: number;
  readonly judged: MetricOutliers | undefined;
}

function metricDistribution(histogram: Histogram, { name, metric, judged }: Judged): Html {
  const heading = html`<h3 class="metric-${(metric % 10) + 1}">${outside(name)}</h3>`;
  const { count, min, max, from, width, counts, below, above } = histogram;
  if (min === null || max === null)
    return html`<div>
      ${heading}
      <p class="absent">No row has a number for it.</p>
    </div>`;
  // One bar would have edges that no value has.
  if (min === max)
    return html`<div>
      ${heading}
      <p>${countOf(count, 'value')}, ${count === 1 ? '' : 'all '}${valueText(min)}. ${judgement(judged)}</p>
    </div>`;
  const { lower, upper } = judged ?? {};
  const bounds = lower === undefined || upper === undefined ? undefined : { lower, upper };
  const far = below + above;
  const notes = [
    `${countOf(count, 'value')} from ${valueText(min)} to ${valueText(max)}.`,
    judgement(judged),
    ...(far > 0 ? [`${countOf(far, 'value')} outside the chart.`] : []),
  ];
  const edges = edgeTexts(Array.from({ length: counts.length + 1 }, (_, bin) => from + bin * width));
  const rows = counts.map((each, bin) => [`${edges[bin]} to ${edges[bin + 1]}`, countText(each)]);
  const outer = (side: string, each: number): string[][] => (each > 0 ? [[side, countText(each)]] : []);
  return html`<div>
    ${heading}${figure(
      {
        id: `spread-${metric}`,
        title: `Distribution of ${shortened(name)}`,
        says: notes.join(' '),
        ...histogramChart(histogram, bounds, metric),
        table: table({
          caption: `Distribution of ${shortened(name)}`,
          columns: [{ head: 'Values' }, { head: 'Rows', numeric: true }],
          rows: [...outer('below', below), ...rows, ...outer('above', above)],
        }),
      },
      notes.join(' '),
    )}
  </div>`;
}

function judgement(judged: MetricOutliers | undefined): string {
  if (judged === undefined) return 'Outlier detection is off.';
  if (judged.skipped === 'iqr-zero') return 'Not tested: half of the values are the same.';
  if (judged.skipped === 'too-few-values') return 'Not tested: fewer than 4 values.';
  const { lower, upper, outliers, considered } = judged;
  if (lower === undefined || upper === undefined) return '';
  return `${countText(outliers)} of ${countText(considered)} outside ${valueText(lower)} to ${valueText(upper)}.`;
}
