import type { Figures, SectionName } from './sections.js';
import { percentile } from './statistics.js';

/** A table in Markdown: the first row is its head, and what decides stands in front. */
export type Table = readonly (readonly (string | number)[])[];

/** The figures of a section, for people. */
export const TABLES: { readonly [Name in SectionName]: (figures: Figures[Name]) => Table } = {
  orchestration({ ours, bare, rates, ratio }) {
    const rows = (['actions', 'events', 'workflowTasks', 'historyBytes'] as const).map((name) => [
      `${(ours[name] / bare[name]).toFixed(2)} ×`,
      LABELS[name],
      count(ours[name]),
      count(bare[name]),
    ]);
    const rateRow =
      ratio === undefined ? [] : [[`${ratio.toFixed(2)} ×`, 'runs a second', mid(rates?.ours), mid(rates?.bare)]];
    return [['ours / bare', '', 'our run', 'bare workflow'], ...rateRow, ...rows];
  },

  waiting: (figures) => [
    [
      'actions, steady / ours',
      'query',
      'polls',
      'events',
      'actions',
      'seen late',
      'polls (3 s)',
      'events (3 s)',
      'actions (3 s)',
      'seen late (3 s)',
    ],
    ...figures.map(({ query, ours, steady }) => [
      `${(steady.actions / ours.actions).toFixed(1)} ×`,
      query,
      ...[ours, steady].flatMap(({ polls, events, actions, delayS }) => [
        count(polls),
        count(events),
        count(actions),
        `${delayS.toFixed(1)} s`,
      ]),
    ]),
  ],

  crowd: ({ runs, polls, pollsPerSecond, rssMiB, kibPerRun, timerLate, decisionLate, pollLate, wholeLate }) => [
    ['', `${runs} runs that wait on one worker`],
    ['polls looked at', `${count(polls)} (${pollsPerSecond} a second)`],
    ['poll late in all, p50 / p99', `${count(wholeLate.p50)} / ${count(wholeLate.p99)} ms`],
    ['of it: timer fired after it was due', `${count(timerLate.p50)} / ${count(timerLate.p99)} ms`],
    ['of it: workflow decided after that', `${count(decisionLate.p50)} / ${count(decisionLate.p99)} ms`],
    ['of it: poll started after it was scheduled', `${count(pollLate.p50)} / ${count(pollLate.p99)} ms`],
    ['resident memory, one run → all', rssMiB === null ? 'not measured' : `${rssMiB.alone} → ${rssMiB.crowd} MiB`],
    ['memory a run', kibPerRun === null ? 'not measured' : `${count(kibPerRun)} KiB`],
  ],

  start: ({ readyMs, ratio, rssMiB, bundleBytes, kibPerCachedRun }) => [
    ['sources / build', '', 'build', 'sources'],
    [
      `${ratio.toFixed(1)} ×`,
      'spawned until it takes runs',
      `${count(readyMs.build)} ms`,
      `${count(readyMs.sources)} ms`,
    ],
    ['', 'resident memory when ready', mebibytes(rssMiB?.build), mebibytes(rssMiB?.sources)],
    ['', 'workflow bundle', `${count(Math.round(bundleBytes / 1_024))} KiB`, 'made at start'],
    ['', 'memory a run in the cache', kibPerCachedRun === null ? 'not measured' : `${count(kibPerCachedRun)} KiB`, ''],
  ],

  scale: (figures) => [
    [
      'rows',
      'pages',
      'parts sent',
      'events',
      'actions',
      'history',
      'largest payload',
      'peak memory of the worker',
      'seconds',
    ],
    ...figures.map((each) => [
      count(each.rows),
      count(each.pages),
      count(each.parts),
      each.events,
      each.actions,
      `${(each.historyBytes / 1_024).toFixed(1)} KiB`,
      `${(each.largestPayload / 1_024).toFixed(1)} KiB`,
      mebibytes(each.peakRssMiB),
      each.seconds.toFixed(1),
    ]),
  ],

  backfill: ({ slices, width, executions, eventsASlice, actionsASlice, longestExecution, historyBytes, aMinute }) => [
    ['', `${count(slices)} slices, ${width} at a time`],
    [
      'slices a minute, against runs started one by one',
      `${count(aMinute.backfill)} (${ratioOf(aMinute.backfill, aMinute.runs)})`,
    ],
    ['against bare workflows', `${ratioOf(aMinute.backfill, aMinute.bare)} of ${count(aMinute.bare)}`],
    ['events and actions a slice, of the backfill itself', `${eventsASlice} and ${actionsASlice}`],
    ['executions, events of the longest', `${executions}, ${count(longestExecution)}`],
    ['history a slice', `${(historyBytes / 1_024 / slices).toFixed(1)} KiB`],
  ],

  gateway: ({ rates, ratio, keyedRatio }) => [
    ['over the client', '', 'runs started a second'],
    ['', 'by the client itself', mid(rates.direct)],
    [`${ratio.toFixed(2)} ×`, 'by `POST /aggregate`', mid(rates.gateway)],
    [`${keyedRatio.toFixed(2)} ×`, 'the same with an `Idempotency-Key`', mid(rates.keyed)],
  ],

  journeys: ({ legs, rows, wallMs, cpuMs, peakRssMiB }) => [
    ['contacts', 'rows', 'seconds', 'processor', 'peak memory'],
    [count(legs), count(rows), (wallMs / 1_000).toFixed(2), `${(cpuMs / 1_000).toFixed(2)} s`, mebibytes(peakRssMiB)],
  ],

  webhook: ({ parts, latencyMs, wallMs, ratio }) => [
    ['four at a time / one after the other', 'parts', 'latency', 'concurrency 1', 'concurrency 4'],
    [
      `${ratio.toFixed(2)} × as fast`,
      count(parts),
      `${latencyMs} ms`,
      `${(wallMs.one / 1_000).toFixed(1)} s`,
      `${(wallMs.four / 1_000).toFixed(1)} s`,
    ],
  ],

  warehouse: (figures) => [
    ['rows', 'into', 'peak memory of the worker', 'seconds'],
    ...figures.map(({ rows, into, peakRssMiB, seconds }) => [
      count(rows),
      into === 'files' ? 'a Parquet file' : 'a table in Postgres',
      mebibytes(peakRssMiB),
      seconds.toFixed(1),
    ]),
  ],

  strike: ({ rows, pages, killedAfterPages, pagesAgain, rowsTooMany, peakRssMiB }) => [
    ['', `${count(rows)} rows in ${count(pages)} pages, and a worker killed on the way`],
    ['pages served when it was killed', count(killedAfterPages)],
    ['pages fetched twice', count(pagesAgain)],
    ['rows delivered twice', count(rowsTooMany)],
    ['peak memory of the worker that went on', mebibytes(peakRssMiB)],
  ],
};

const LABELS = {
  actions: 'billed actions',
  events: 'events',
  workflowTasks: 'workflow tasks',
  historyBytes: 'bytes of history',
} as const;

export function markdown([head = [], ...rows]: Table): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function ratioOf(ours: number, other: number): string {
  return `${(ours / other).toFixed(2)} ×`;
}

function mid(rates: readonly number[] = []): string {
  return percentile(rates, 0.5).toFixed(1);
}

function mebibytes(value: number | null | undefined): string {
  return value == null ? 'not measured' : `${count(value)} MiB`;
}
