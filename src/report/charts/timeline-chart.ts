import { durationText } from '../../text/time-text.js';
import { INK, WITH_LABELS, type Chart } from './charts.js';
import type { Episode } from '../data/run-story.js';

const ROW_HEIGHT = 26;

/** More than that would be one bar. */
const TICKS_MOST = 300;

/** Stages in the order in which a run goes through them, as they are called. */
export const STAGE_NAMES = {
  plan: 'plan',
  settle: 'settle',
  token: 'token',
  submit: 'submit',
  poll: 'polls',
  pages: 'pages',
  transform: 'transform',
  deliver: 'delivery',
  audit: 'audit',
} as const;

type DrawnStage = keyof typeof STAGE_NAMES;

interface Bar {
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

interface CustomApi {
  value(dimension: number): number;
  coord(value: readonly number[]): number[];
}

const isDrawn = (stage: Episode['stage']): stage is DrawnStage => stage !== 'run';

/** When each stage was: bars, with a tick for each poll and each attempt at delivery. Time counts from the first of them. */
export function timelineChart(episodes: readonly Episode[], untilMs: number): Pick<Chart, 'size' | 'option'> {
  const drawn = episodes.filter(({ stage }) => isDrawn(stage));
  const startMs = Math.min(...episodes.map(({ from }) => Date.parse(from)));
  const since = (instant: string | null): number => (instant === null ? untilMs : Date.parse(instant)) - startMs;
  const stages = Object.keys(STAGE_NAMES).filter((name) => drawn.some(({ stage }) => stage === name));
  const rowOf = ({ stage }: Episode): number => stages.indexOf(stage);
  const bars = drawn.map((each): Bar => ({ row: rowOf(each), from: since(each.from), to: since(each.to) }));
  const ends = drawn.flatMap((each) =>
    each.ticks.map((at): Bar => ({ row: rowOf(each), from: since(at), to: since(at) })),
  );
  const apart = Math.ceil(ends.length / TICKS_MOST);
  const ticks = ends.filter((_, index) => index % apart === 0);
  const lengthMs = Math.max(1, ...bars.map(({ to }) => to));
  const text = { color: INK.text, fontSize: 13 };
  const option = {
    grid: { ...WITH_LABELS, left: 8, right: 22, top: 6, bottom: 6 },
    xAxis: {
      type: 'value',
      min: 0,
      max: lengthMs,
      interval: stepMs(lengthMs),
      splitLine: { lineStyle: { color: INK.line } },
      // The end is no round time: rounded, it would read as the one before it.
      axisLabel: { ...text, hideOverlap: true, showMaxLabel: false, formatter: (ms: number) => durationText(ms) },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: stages.map((stage) => (isStage(stage) ? STAGE_NAMES[stage] : stage)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: text,
    },
    series: [marks(bars, { fill: 'var(--accent)', opacity: 0.45 }, 12), marks(ticks, { fill: 'var(--accent)' }, 16)],
  };
  return { size: { width: 480, height: 40 + stages.length * ROW_HEIGHT }, option };
}

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10].map((count) => count * DAY),
];

/** Round on a clock, and about four to the whole; undefined where it is too short or long for that. */
function stepMs(lengthMs: number): number | undefined {
  return lengthMs < SECOND ? undefined : STEPS.find((step) => lengthMs / step <= 4.5);
}

function isStage(name: string): name is DrawnStage {
  return name in STAGE_NAMES;
}

function marks(bars: readonly Bar[], style: Readonly<Record<string, unknown>>, height: number): object {
  return {
    type: 'custom',
    silent: true,
    data: bars.map(({ row, from, to }) => [from, to, row]),
    encode: { x: [0, 1], y: 2 },
    renderItem: (_: unknown, api: CustomApi) => {
      const [left = 0, middle = 0] = api.coord([api.value(0), api.value(2)]);
      const [right = 0] = api.coord([api.value(1), api.value(2)]);
      const shape = { x: left, y: middle - height / 2, width: Math.max(2, right - left), height };
      return { type: 'rect', shape, style };
    },
  };
}
