import { valueText } from '../../text/number-text.js';
import type { SeriesPoint } from './bucket-series.js';
import { accent, INK, WITH_LABELS, type Chart } from './charts.js';

const SIZE = { width: 480, height: 230 };

/** Points up to which each is a dot; of more only those without neighbours are, which no line would show. */
const DOTS_MOST = 40;

export type BucketChart = Pick<Chart, 'size' | 'option'>;

/** A metric over the buckets: a line that breaks where there is no number, over bands where buckets are missing. */
export function bucketChart(points: readonly SeriesPoint[], metric: number): BucketChart {
  const colour = accent(metric);
  const values = points.map(({ means }) => means[metric] ?? null);
  const isAlone = (index: number): boolean => values[index - 1] == null && values[index + 1] == null;
  const data = values.map((value, index) => ({
    value: value ?? '-',
    symbol: points.length <= DOTS_MOST || isAlone(index) ? 'circle' : 'none',
  }));
  const option = {
    grid: { ...WITH_LABELS, left: 8, right: 14, top: 14, bottom: 6 },
    xAxis: {
      type: 'category',
      data: points.map(({ from }) => shortLabel(from)),
      boundaryGap: true,
      axisLine: { onZero: false, lineStyle: { color: INK.line } },
      axisTick: { show: false },
      axisLabel: { color: INK.text, fontSize: 13, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      scale: true,
      splitNumber: 4,
      axisLabel: { color: INK.text, fontSize: 13, formatter: (value: number) => valueText(value) },
      splitLine: { lineStyle: { color: INK.line, width: 1 } },
    },
    series: [
      {
        type: 'line',
        silent: true,
        data,
        connectNulls: false,
        symbolSize: 6,
        itemStyle: { color: colour },
        lineStyle: { color: colour, width: 2 },
      },
      missingBands(points, values.find((value) => value !== null) ?? 0),
    ],
  };
  return { size: SIZE, option };
}

/** Bands behind the line, from the bottom to the top, where buckets are missing: one shape, because they may be many. */
function missingBands(points: readonly SeriesPoint[], someValue: number): object {
  const missing = points.flatMap((point, index) => (point.missing > 0 ? [index] : []));
  return {
    type: 'custom',
    silent: true,
    z: 0,
    // One item, at a value that is there anyway: the axis is not to grow.
    data: missing.length === 0 ? [] : [[0, someValue]],
    encode: { x: 0, y: 1 },
    renderItem: ({ coordSys: { y, height } }: { coordSys: { y: number; height: number } }, api: CustomApi) => {
      const [width = 0] = api.size([1, 0]);
      const wide = Math.max(1.5, width);
      const bands = missing.map((index) => {
        const [middle = 0] = api.coord([index, 0]);
        return `M${middle - wide / 2} ${y}h${wide}v${height}h${-wide}Z`;
      });
      return { type: 'path', shape: { pathData: bands.join('') }, style: { fill: INK.missing } };
    },
  };
}

interface CustomApi {
  coord(value: readonly number[]): number[];
  size(value: readonly number[]): number[];
}

/** `2026-11-01` as `11-01` and `2026-11-01T08:00+01:00` as `11-01 08:00`: the year is said above. */
function shortLabel(label: string): string {
  return label.length > 7 ? label.slice(5, 16).replace('T', ' ') : label;
}
