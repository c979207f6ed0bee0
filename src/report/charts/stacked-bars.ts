import { countText } from '../../text/number-text.js';
import { html, shortened, type Html, type Piece } from '../page/html.js';
import { accent, framed, INK } from './charts.js';

/** One bar: values by series, in their order. */
export interface StackedBar {
  readonly label: string;
  readonly values: readonly number[];
  /** Stands on a band, because it may still change. */
  readonly isMarked: boolean;
}

export interface StackedBars {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly series: readonly string[];
  readonly bars: readonly StackedBar[];
  readonly table: Html;
}

const SIZE = { width: 480, height: 210 };
const PLOT = { left: 4, right: 476, top: 10, bottom: 186 };

/** Bars of several colours, one shape a colour: a month of hours is no more than a dozen shapes. */
export function stackedBars({ id, title, says, series, bars, table }: StackedBars): Html {
  const greatest = Math.max(1, ...bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0)));
  const wide = (PLOT.right - PLOT.left) / Math.max(1, bars.length);
  const paths = series.map(() => [] as string[]);
  const marks: string[] = [];
  for (const [index, { values, isMarked }] of bars.entries()) {
    const x = PLOT.left + index * wide;
    if (isMarked) marks.push(rectangle(x, PLOT.top, wide, PLOT.bottom - PLOT.top));
    let y = PLOT.bottom;
    for (const [place, value] of values.entries()) {
      const high = (value / greatest) * (PLOT.bottom - PLOT.top);
      if (high > 0) paths[place]?.push(rectangle(x + wide * 0.1, (y -= high), wide * 0.8, high));
    }
  }
  const picture = html`<path d="${marks.join('')}" fill="${INK.missing}" />
    ${paths.map((path, place) => html`<path d="${path.join('')}" fill="${accent(place)}" />`)}
    <path d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}" stroke="${INK.line}" />
    ${ends(bars)}`;
  return framed(
    { id, title, says, size: SIZE, table, picture },
    html`<ul class="legend">
        ${series.map((name, place) => html`<li>${swatch(place)} ${name}</li>`)}
      </ul>
      <figcaption>${says} The highest bar is ${countText(greatest)}.</figcaption>`,
  );
}

function swatch(place: number): Html {
  return html`<svg class="cell" viewBox="0 0 18 18" aria-hidden="true">
    <rect width="18" height="18" rx="4" fill="${accent(place)}" />
  </svg>`;
}

function ends(bars: readonly StackedBar[]): Piece {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return '';
  return html`<text x="${PLOT.left}" y="204" fill="${INK.text}">${shortened(first.label, 30)}</text>${
      last !== first &&
      html`<text x="${PLOT.right}" y="204" text-anchor="end" fill="${INK.text}">${shortened(last.label, 30)}</text>`
    }`;
}

function rectangle(x: number, y: number, width: number, height: number): string {
  const at = (value: number): string => String(Math.round(value * 100) / 100);
  return `M${at(x)} ${at(y)}h${at(width)}v${at(height)}h${at(-width)}Z`;
}
