import { countOf, countText, valueText } from '../../text/number-text.js';
import { durationText } from '../../text/time-text.js';
import type { Report } from '../../contract/result/report.js';
import type { AggregateResult } from '../../contract/result/result.js';
import { runTitle } from '../../text/run-title.js';
import { html, outside, type Html, type Piece } from '../page/html.js';
import type { ReportData } from '../data/report-data.js';
import { facts, time } from './section.js';

const OUTCOMES: Readonly<Record<string, readonly [mark: string, says: string]>> = {
  completed: ['good', 'Delivered'],
  unchanged: ['good', 'Unchanged: nothing was sent, because the same figures were delivered before'],
  undelivered: ['bad', 'Completed, but the receiver did not accept the delivery'],
  running: ['open', 'Under way'],
  failed: ['bad', 'Failed'],
  cancelled: ['open', 'Cancelled'],
  terminated: ['bad', 'Terminated'],
  'timed-out': ['bad', 'Ended by an execution timeout'],
};

/** Title, state and headline numbers. */
export function headline(data: ReportData): Html {
  const { run, window, result, failure, progress, runUrl, windowPath } = data;
  const [mark, says] = OUTCOMES[run.outcome ?? run.state] ?? ['open', run.state];
  return html`<header>
    <p class="product">Journey metrics</p>
    <h1>
      ${window ? outside(runTitle({ org: run.org, report: data.asked?.report ?? run.report, window }), 200) : 'Report of a run'}
    </h1>
    <p class="state ${mark}"><strong>${says}</strong></p>
    ${failure && html`<p class="failure"><code>${outside(failure.type)}</code> ${outside(failure.message, 1_000)}</p>`}
    ${progress !== undefined && html`<p>${progressText(progress)}</p>`} ${result && tiles(result)} ${facts(about(data))}
    ${windowPath !== undefined && html`<p><a href="${windowPath}">All revisions of this window</a>, and <a href="/">which days there are</a></p>`}
    ${runUrl !== undefined && /^https?:\/\//.test(runUrl) && html`<p><a href="${runUrl}">The run in the Temporal UI</a></p>`}
  </header>`;
}

function progressText(progress: NonNullable<ReportData['progress']> | null): Piece {
  if (progress === null) return 'No worker answers: the current step is unknown.';
  const { phase, polls, pages, rows, waitingFor, nextAt } = progress;
  const waits =
    waitingFor === undefined
      ? ''
      : html` (${outside(waitingFor)})${nextAt !== undefined && html`, until ${time(nextAt)} UTC`}`;
  return html`It is ${phase}${waits}. ${countOf(polls, 'poll')}, ${countOf(pages, 'page')} and ${countOf(rows, 'row')}
  so far.`;
}

function tiles({
  outcome,
  rows,
  delivery,
  completeness,
  outliers,
  sampling,
  accuracyRate,
  latencyMs,
}: AggregateResult): Html {
  const { expected, missingCount } = completeness;
  const shownTiles = [
    rowsTile({ outcome, rows, delivery, sampling }),
    [`${countText(expected - missingCount)}/${countText(expected)}`, 'buckets with rows', missingText(missingCount)],
    [countText(outliers.total), 'outliers', { remove: 'removed', flag: 'flagged, kept', off: 'off' }[outliers.mode]],
    [durationText(latencyMs), 'latency', 'from start to delivery'],
    // Of nothing there is no share.
    ...(rows.returned === 0
      ? []
      : [[`${valueText(Number(accuracyRate.toFixed(2)))} %`, 'accuracyRate', 'rows delivered / rows returned']]),
  ];
  return html`<ul class="tiles">
    ${shownTiles.map(
      ([number, name, note]) =>
        html`<li>
          <span class="big">${number}</span><span class="name">${name}</span><span class="note">${note}</span>
        </li>`,
    )}
  </ul>`;
}

function rowsTile(result: Pick<AggregateResult, 'outcome' | 'rows' | 'delivery' | 'sampling'>): readonly string[] {
  const { outcome, rows, delivery, sampling } = result;
  const { delivered, returned } = rows;
  if (returned === 0) return ['no rows', 'the source returned none', outcome === 'unchanged' ? 'nothing was sent' : ''];
  if (outcome === 'unchanged') {
    return ['none', 'rows sent', `${countText(delivered)} were delivered before as revision ${delivery.revision}`];
  }
  const name = outcome === 'undelivered' ? 'rows not delivered' : 'rows delivered';
  return [countText(delivered), name, `of ${countText(returned)} returned${sampling.sampled ? ' (sampled)' : ''}`];
}

function filterText({ filter }: Report): Piece {
  if (filter === null) return 'too large to be shown here';
  return Object.keys(filter).length === 0 ? 'none' : html`<code>${outside(JSON.stringify(filter), 1_000)}</code>`;
}

function missingText(count: number): string {
  return count === 0 ? 'none missing' : `${countText(count)} missing`;
}

function about({ run, runKey, asked, window, result }: ReportData): readonly (readonly [Piece, Piece])[] {
  const { workflowId, org, startedAt, closedAt } = run;
  const named: readonly (readonly [Piece, Piece])[] = [
    ['Run', html`<code>${outside(workflowId, 300)}</code>`],
    ['Organisation', outside(org ?? '–')],
    ['Started', html`${time(startedAt)} UTC`],
    ['Ended', closedAt === null ? 'not yet' : html`${time(closedAt)} UTC`],
  ];
  const windowed: readonly (readonly [Piece, Piece])[] = window
    ? [['Window', html`${time(window.from)} to before ${time(window.to)} UTC, counted in ${outside(window.timeZone)}`]]
    : [];
  const request: readonly (readonly [Piece, Piece])[] = asked
    ? [
        ['Asked for by', outside(asked.requester)],
        [
          'Report',
          html`${outside(asked.reportType)}, by
          ${asked.timeGroupBy}${asked.dimensions.map((name) => html`, ${outside(name)}`)}`,
        ],
        ['Destination', outside(asked.destination)],
        ['Metrics', outside(asked.metrics.join(', '), 700)],
        ['Filter', filterText(asked.report)],
        ['Series', html`<code>${asked.series}</code>`],
      ]
    : [];
  const query: readonly (readonly [Piece, Piece])[] = result
    ? [['Query', html`<code>${outside(result.queryId)}</code>`]]
    : [];
  return [...named, ...windowed, ...request, ...query, ['Run key', html`<code>${runKey}</code>`]];
}
