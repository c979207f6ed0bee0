import { countText, valueText } from '../../text/number-text.js';
import type { Histogram, HistogramWish } from '../../domain/statistics/histogram.js';
import { accent, INK, WITH_LABELS, type Chart } from './charts.js';

const SIZE = { width: 480, height: 220 };

interface CustomApi {
  value(dimension: number): number;
  coord(value: readonly number[]): number[];
}

const TEXT = { color: INK.text, fontSize: 13 };

/** How often values of a metric are there: bars, paler beyond the outlier bounds, which are dashed lines. */
export function histogramChart(
  histogram: Histogram,
  bounds: HistogramWish['bounds'],
  metric: number,
): Pick<Chart, 'size' | 'option'> {
  const { from, width, counts } = histogram;
  const lines = bounds === undefined ? [] : [bounds.lower, bounds.upper];
  const option = {
    grid: { ...WITH_LABELS, left: 8, right: 18, top: 22, bottom: 6 },
    xAxis: {
      type: 'value',
      min: Math.min(from, ...lines),
      max: Math.max(from + counts.length * width, ...lines),
      splitNumber: 5,
      splitLine: { show: false },
      axisLine: { show: true, onZero: false, lineStyle: { color: INK.line } },
      axisLabel: { ...TEXT, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: valueText },
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: 1,
      axisLine: { show: false },
      axisTick: { show: false },
      splitNumber: 3,
      axisLabel: { ...TEXT, formatter: countText },
      splitLine: { lineStyle: { color: INK.line } },
    },
    series: [{ ...bars(histogram, bounds, accent(metric)), markLine: markLineAt(lines) }],
  };
  return { size: SIZE, option };
}

function bars({ from, width, counts }: Histogram, bounds: HistogramWish['bounds'], fill: string): object {
  // An edge is a sum of doubles: it may lie a hair beside the bound that it is.
  const hair = width * 1e-9;
  const isOut = (start: number, end: number): boolean =>
    bounds !== undefined && (end - hair <= bounds.lower || start + hair >= bounds.upper);
  return {
    type: 'custom',
    silent: true,
    data: counts.map((count, bin) => [from + bin * width, from + (bin + 1) * width, count]),
    encode: { x: [0, 1], y: 2 },
    renderItem: (_: unknown, api: CustomApi) => {
      const [left = 0, top = 0] = api.coord([api.value(0), api.value(2)]);
      const [right = 0, bottom = 0] = api.coord([api.value(1), 0]);
      const shape = { x: left + 0.5, y: top, width: Math.max(0.5, right - left - 1), height: bottom - top };
      return { type: 'rect', shape, style: { fill, opacity: isOut(api.value(0), api.value(1)) ? 0.4 : 1 } };
    },
  };
}

function markLineAt(values: readonly number[]): object {
  return {
    silent: true,
    symbol: 'none',
    // Else a bound would be drawn where its second digit is.
    precision: -1,
    lineStyle: { color: INK.text, type: 'dashed', width: 1.5 },
    label: { ...TEXT, position: 'end', formatter: ({ value }: { value: number }) => valueText(value) },
    // Towards the middle: a label around a line at the edge would be cut off, and read as another number.
    data: values.map((xAxis, index) => ({ xAxis, label: { align: index === 0 ? 'left' : 'right' } })),
  };
}
