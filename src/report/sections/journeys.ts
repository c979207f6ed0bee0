import { countOf, countText, valueText } from '../../text/number-text.js';
import { html, outside, shortened, type Html, type Piece } from '../page/html.js';
import type { Ranked, Ranking } from '../data/ranking.js';
import type { ReportData } from '../data/report-data.js';
import { table } from '../page/table.js';
import { numberOr, shown, type Section } from './section.js';

/** The journeys, or whatever the first dimension has, with the greatest and the least of the first metric. */
export function journeys({ asked, ranking }: ReportData): Section {
  const metrics = asked?.metrics ?? [];
  const [first = ''] = metrics;
  const body = shown(ranking, ({ dimension, top, bottom, count }) => {
    if (top.length === 0) return html`<p class="absent">No row has a number for ${outside(first)}.</p>`;
    const of = { dimension, metrics, scale: scaleOf([...top, ...bottom]) };
    return [
      html`<p class="note">
        By ${outside(first)}, over the rows that were kept; ${countOf(count, 'value')} of ${outside(dimension)} in all.
      </p>`,
      html`<div class="charts">
        <div>
          <h3>${bottom.length > 0 ? 'Greatest' : 'Greatest first'}</h3>
          ${list('Greatest', top, of)}
        </div>
        ${bottom.length > 0 && least(bottom, of)}
      </div>`,
    ];
  });
  return { id: 'journeys', heading: 'Top and bottom', body };
}

function least(ranked: readonly Ranked[], of: Listing): Html {
  return html`<div>
    <h3>Least</h3>
    ${list('Least', ranked, of)}
  </div>`;
}

interface Listing extends Pick<Ranking, 'dimension'> {
  readonly metrics: readonly string[];
  /** A value's share of the greatest there is, from 0 to 1. */
  readonly scale: (value: number) => number;
}

function scaleOf(ranked: readonly Ranked[]): Listing['scale'] {
  const greatest = ranked.reduce((most, { means: [mean] }) => Math.max(most, Math.abs(mean ?? 0)), 0);
  return (value) => (greatest === 0 ? 0 : Math.abs(value / greatest));
}

function list(caption: string, ranked: readonly Ranked[], { dimension, metrics, scale }: Listing): Html {
  return table({
    caption: `${caption} by ${shortened(dimension)}`,
    columns: [
      { head: outside(dimension) },
      { head: 'Rows', numeric: true },
      ...metrics.map((name) => ({ head: outside(name), numeric: true })),
    ],
    rows: ranked.map(({ name, rows, means }): readonly Piece[] => [
      outside(name, 80),
      countText(rows),
      ...metrics.map((_, metric) => {
        const mean = means[metric] ?? null;
        const text = numberOr(mean, valueText);
        return metric === 0 && mean !== null ? html`${bar(scale(mean))}<span class="beside">${text}</span>` : text;
      }),
    ]),
  });
}

function bar(share: number): Html {
  const width = (share * 60).toFixed(1);
  return html`<svg class="bar" viewBox="0 0 60 8" aria-hidden="true">
    <rect width="60" height="8" rx="2" class="track" />
    <rect width="${width}" height="8" rx="2" />
  </svg> `;
}
