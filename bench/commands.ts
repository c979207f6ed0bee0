import type { Command } from 'commander';
import { BACKFILL_SIZE, JOURNEY_LEGS, measureAll, measureShort, overBudgetIn } from './all-sections.js';
import { pageOf, writePage } from './performance-page.js';
import { show, showNothing } from './progress.js';
import { runSection } from './run-section.js';
import { FULL_SCALE_ROWS, SCALE_ROWS } from './scale.js';
import type { Report, SectionName, Settings } from './sections.js';
import { markdown, TABLES } from './tables.js';
import { allWaits } from './waiting.js';
import { WAREHOUSE_ROWS } from './warehouse.js';
import { build } from './worker-process.js';

const CROWD = 500;

interface Options {
  readonly json?: boolean;
  readonly write?: boolean;
  readonly full?: boolean;
}

/** What measures the product as a whole: everything by default, a short form for CI, and each section by itself. */
export function addProductCommands(program: Command): void {
  const FULL = 'send five million rows as well, and kill the worker on their way';
  program
    .enablePositionalOptions() // or --json of a command would be taken for this one
    .option('--json', 'print one JSON document instead of the tables')
    .option('--write', 'write docs/performance.md')
    .option('--full', FULL)
    .action(async ({ full = false, write, json }: Options) => {
      const report = await measureAll({ full, crowd: CROWD });
      if (write === true) await writePage(report);
      await finish(report, json);
    });
  program
    .command('short')
    .description('counts and bytes only, within a minute: for CI')
    .option('--json', 'print one JSON document instead of the tables')
    .action(async ({ json }: Options) => finish(await measureShort(), json));
  const section = <Name extends SectionName>(name: Name, about: string, settings: Settings[Name]): Command =>
    program
      .command(name)
      .description(about)
      .option('--json', 'print one JSON document instead of the table')
      .action(({ json }: Options) => measureOne(name, settings, json));
  section('orchestration', 'a run of ours against a bare workflow with as many activities', { rates: true });
  section('waiting', 'polls, events and actions of long queries, against polling every 3 s', { queries: allWaits() });
  section('crowd', `${CROWD} runs that wait at once on one worker: memory, and how late they poll`, { runs: CROWD });
  section('backfill', 'a backfill against as many runs, and as many bare workflows', BACKFILL_SIZE);
  section('gateway', 'runs accepted over HTTP against runs started by the client itself', {});
  section('journeys', 'a million stored contacts, joined into journeys and rows', { legs: JOURNEY_LEGS });
  section('webhook', 'parts to a receiver far away, one after the other and four at a time', {});
  section('warehouse', 'a million and two million rows into a Parquet file and into a table', {
    sizes: WAREHOUSE_ROWS,
  });
  section('start', 'cold start of a worker, its bundle, memory of a cached run', {});
  section('strike', 'five million rows, and a worker that is killed in page 400 of 500', { rows: FULL_SCALE_ROWS });
  program
    .command('scale')
    .description('results of growing size through the whole product')
    .option('--json', 'print one JSON document instead of the table')
    .option('--full', FULL)
    .action(async ({ full = false, json }: Options) => {
      const sizes = full ? [...SCALE_ROWS, FULL_SCALE_ROWS] : SCALE_ROWS;
      await measureOne('scale', { sizes, form: 'build' }, json);
      if (full) await measureOne('strike', { rows: FULL_SCALE_ROWS }, json);
    });
}

async function measureOne<Name extends SectionName>(
  name: Name,
  settings: Settings[Name],
  json: boolean | undefined,
): Promise<void> {
  show('building');
  await build();
  const figures = await runSection(name, settings);
  showNothing();
  process.stdout.write(`${json === true ? JSON.stringify(figures) : markdown(TABLES[name](figures))}\n`);
  complain({ [name]: figures });
}

async function finish(report: Report, json: boolean | undefined): Promise<void> {
  showNothing();
  process.stdout.write(json === true ? `${JSON.stringify(report)}\n` : await pageOf(report));
  complain(report);
}

function complain(report: Partial<Report>): void {
  const problems = overBudgetIn(report);
  if (problems.length === 0) return;
  process.stderr.write(`above budget:\n${problems.map((problem) => `  ${problem}\n`).join('')}`);
  process.exitCode = 1;
}
