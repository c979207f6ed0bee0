import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html, trusted, type Html, type Piece } from '../page/html.js';

const PARTS = [CustomChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer];

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

export interface Chart {
  /** Of letters, digits and `-`; one chart of a page each. */
  readonly id: string;
  readonly title: string;
  /** What somebody would say who looks at it. */
  readonly says: string;
  readonly size: ChartSize;
  /** Colours are custom properties of the page's style: so a chart is light and dark, on a screen and in print. */
  readonly option: EChartsCoreOption;
  /** The same numbers as a table; absent where one stands beside several charts. */
  readonly table?: Html;
}

/** Colours by name, as the page's style has them. */
export const INK = {
  text: 'var(--soft)',
  line: 'var(--rule)',
  missing: 'var(--missing)',
  paper: 'var(--paper)',
} as const;

/** Margins of a grid are around its labels, too. */
export const WITH_LABELS = { outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' } as const;

/** Of the metric with that number; after the tenth they come again. */
export function accent(metric: number): string {
  return `var(--metric-${(metric % 10) + 1})`;
}

/** A picture with a name, a description and, folded in, its numbers. */
export function figure({ option, ...chart }: Chart, ...notes: readonly Piece[]): Html {
  return framed({ ...chart, picture: drawn(chart.id, chart.size, option) }, html`<figcaption>${notes}</figcaption>`);
}

/** The frame of every picture. @param below what stands under it, before its numbers */
export function framed(
  { id, title, says, size, table, picture }: Omit<Chart, 'option'> & { readonly picture: Piece },
  below: Piece,
): Html {
  return html`<figure class="chart">
    <svg
      role="img"
      aria-labelledby="${id}-title ${id}-desc"
      viewBox="0 0 ${size.width} ${size.height}"
      xmlns="http://www.w3.org/2000/svg"
    >
      <title id="${id}-title">${title}</title>
      <desc id="${id}-desc">${says}</desc>
      ${picture}
    </svg>
    ${below} ${table && folded(`of ${title}`, table)}
  </figure>`;
}

/** Numbers that are there for whom asks for them. @param what of what they are, for those who do not see what is around */
export function folded(what: string, table: Html): Html {
  return html`<details>
    <summary>Numbers<span class="hidden"> ${what}</span></summary>
    ${table}
  </details>`;
}

/**
 * What the library draws, as it stands inside an SVG. Its texts are escaped by it. Fonts are the page's: styles in
 * attributes would need a weaker policy. Its counters run on from chart to chart, and so are renamed.
 */
function drawn(id: string, { width, height }: ChartSize, option: EChartsCoreOption): Html {
  // Its registry is one for the process; what is known already is passed over.
  use(PARTS);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: 'transparent', ...option });
    const svg = chart.renderToSVGString();
    return trusted(
      svg
        .replace(/^<svg[^>]*>/, '')
        .replace(/<\/svg>\s*$/, '')
        // What a pointer does to it is of no use on a page without a script.
        .replaceAll(/<style[^>]*>.*?<\/style>/gs, '')
        .replaceAll(/ (?:style|pointer-events|ecmeta_[a-z_]+|class)="[^"]*"/g, '')
        .replaceAll(/\bzr\d+-/g, `${id}-`),
    );
  } finally {
    // Else its timers would keep the process alive.
    chart.dispose();
  }
}
