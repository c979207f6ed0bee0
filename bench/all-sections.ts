import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PipelineFigures } from './pipeline.js';
import { backfillOverBudget } from './backfill.js';
import { journeysOverBudget } from './journeys.js';
import { show, showNothing } from './progress.js';
import { runSection } from './run-section.js';
import type { Report } from './sections.js';
import { orchestrationOverBudget } from './orchestration.js';
import { FULL_SCALE_ROWS, SCALE_ROWS, scaleOverBudget } from './scale.js';
import { strikeOverBudget } from './scale-strike.js';
import { allWaits, waitingOverBudget } from './waiting.js';
import { WAREHOUSE_ROWS } from './warehouse.js';
import { build } from './worker-process.js';

const PIPELINE_PAGES = 100;
export const JOURNEY_LEGS = 1_000_000;
/** What the short form looks at: enough to count, little enough for a minute. */
const SHORT = { queries: ['1 min', '10 min'], sizes: [10, 10_000], backfill: { slices: 40, width: 20 } } as const;

/** Enough to continue as new, at the widest. */
export const BACKFILL_SIZE = { slices: 200, width: 20 } as const;

/** Everything, in minutes. */
export async function measureAll({ full, crowd }: { full: boolean; crowd: number }): Promise<Report> {
  show('building');
  await build();
  return {
    ...here(),
    pipeline: await measurePipelineApart(),
    orchestration: await runSection('orchestration', { rates: true }),
    waiting: await runSection('waiting', { queries: allWaits() }),
    crowd: await runSection('crowd', { runs: crowd }),
    backfill: await runSection('backfill', BACKFILL_SIZE),
    gateway: await runSection('gateway', {}),
    webhook: await runSection('webhook', {}),
    warehouse: await runSection('warehouse', { sizes: WAREHOUSE_ROWS }),
    start: await runSection('start', {}),
    journeys: await runSection('journeys', { legs: JOURNEY_LEGS }),
    scale: await runSection('scale', { sizes: full ? [...SCALE_ROWS, FULL_SCALE_ROWS] : SCALE_ROWS, form: 'build' }),
    ...(full && { strike: await runSection('strike', { rows: FULL_SCALE_ROWS }) }),
  };
}

/** Counts and bytes only, within a minute. */
export async function measureShort(): Promise<Report> {
  return {
    ...here(),
    orchestration: await runSection('orchestration', { rates: false }),
    waiting: await runSection('waiting', { queries: SHORT.queries }),
    backfill: await runSection('backfill', SHORT.backfill),
    scale: await runSection('scale', { sizes: SHORT.sizes, form: 'sources' }),
  };
}

/** What of a report is above budget, in a line each. */
export function overBudgetIn({
  orchestration,
  waiting,
  backfill,
  scale,
  strike,
  journeys,
}: Partial<Report>): readonly string[] {
  return [
    ...(orchestration === undefined ? [] : orchestrationOverBudget(orchestration)),
    ...(waiting === undefined ? [] : waitingOverBudget(waiting)),
    ...(backfill === undefined ? [] : backfillOverBudget(backfill)),
    ...(scale === undefined ? [] : scaleOverBudget(scale)),
    ...(journeys === undefined ? [] : journeysOverBudget(journeys)),
    ...(strike === undefined ? [] : strikeOverBudget(strike)),
  ];
}

function here(): Pick<Report, 'machine' | 'date'> {
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'processor'}, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
  return { machine, date: new Date().toISOString().slice(0, 10) };
}

/** By the very command of it: its figures are of a process that does nothing else. */
async function measurePipelineApart(): Promise<PipelineFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-bench-'));
  const pages = join(folder, 'pages');
  const bench = async (...args: readonly string[]): Promise<string> => {
    const entry = fileURLToPath(new URL('bench.ts', import.meta.url));
    return (await promisify(execFile)(process.execPath, ['--import', 'tsx', entry, ...args])).stdout;
  };
  try {
    show('pipeline: writing a million rows to read');
    await bench('pages', '--out', pages, '--pages', String(PIPELINE_PAGES));
    show('pipeline: a million rows');
    const json = await bench('pipeline', '--pages', pages, '--out', join(folder, 'parts'), '--json');
    return JSON.parse(json) as PipelineFigures;
  } finally {
    showNothing();
    await rm(folder, { recursive: true, force: true });
  }
}
