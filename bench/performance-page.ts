import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { BUDGETS } from './budgets.js';
import { INTO_FILES } from './performance-notes.js';
import type { Report } from './sections.js';
import { markdown, TABLES, type Table } from './tables.js';
import { WHAT_BOUNDS } from './what-bounds.js';

const PAGE = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

/** Writes docs/performance.md. */
export async function writePage(report: Report): Promise<void> {
  await writeFile(PAGE, await pageOf(report));
}

/** The page: a table a section, and how each was measured. */
export async function pageOf({ machine, date, ...figures }: Report): Promise<string> {
  const {
    pipeline,
    orchestration,
    waiting,
    crowd,
    backfill,
    gateway,
    webhook,
    warehouse,
    journeys,
    start,
    scale,
    strike,
  } = figures;
  const page = [
    '# Performance',
    `Written by \`npm run bench -- --write\` on ${date}, on ${machine}. What stands in one table was measured in one run, ` +
      'side by side or in turns: the ratios carry over to another machine, the seconds do not. CI runs ' +
      '`npm run bench -- short`, which fails on counts and bytes (the budgets of ' +
      '[bench/budgets.ts](../bench/budgets.ts)), never on time.',
    WHAT_BOUNDS,
    pipeline && section('Pipeline', PIPELINE, pipelineTable(pipeline)),
    orchestration && section('Orchestration', ORCHESTRATION, TABLES.orchestration(orchestration)),
    waiting && section('Waiting', WAITING, TABLES.waiting(waiting)),
    crowd && section('Crowd', CROWD, TABLES.crowd(crowd)),
    backfill && section('Backfill', BACKFILL, TABLES.backfill(backfill)),
    gateway && section('Gateway', GATEWAY, TABLES.gateway(gateway)),
    `## Into files\n\n${INTO_FILES}`,
    webhook && section('Webhook', WEBHOOK, TABLES.webhook(webhook)),
    warehouse && section('Rows into the warehouse', WAREHOUSE, TABLES.warehouse(warehouse)),
    journeys && section('Journeys', JOURNEYS, TABLES.journeys(journeys)),
    start && section('Start', START, TABLES.start(start)),
    scale && section('Rows at scale', SCALE, TABLES.scale(scale)),
    strike && section('A worker killed on the way', STRIKE, TABLES.strike(strike)),
  ];
  return format(page.filter((part) => part !== undefined).join('\n\n'), {
    ...(await resolveConfig(PAGE)),
    parser: 'markdown',
  });
}

function section(title: string, text: string, table: Table): string {
  return [`## ${title}`, text, markdown(table)].join('\n\n');
}

function pipelineTable({ rows, kept, wallMs, storeMs, cpuMs, peakRssMiB }: NonNullable<Report['pipeline']>): Table {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  return [
    ['rows a second', 'rows', 'delivered', 'scan, select, payloads', 'store', 'processor', 'peak memory'],
    [
      Math.round((rows * 1_000) / (wallMs + storeMs)).toLocaleString('en-US'),
      rows.toLocaleString('en-US'),
      kept.toLocaleString('en-US'),
      seconds(wallMs),
      seconds(storeMs),
      seconds(cpuMs),
      `${peakRssMiB} MiB`,
    ],
  ];
}

const PIPELINE =
  'From the bytes of the source’s pages to the bytes of the payloads, every row through the outlier rule, in one ' +
  'process. `store` is the time while the dataset store was at work: hashing, writing, forcing to disk, reading.';

const ORCHESTRATION =
  'A run that is ready on its second poll and has one part, against a bare workflow with as many activities; all ' +
  'activities do nothing, server and worker are the same, and the two run in turns. Billed actions are counted from ' +
  'the history by the rule of [Temporal Cloud](https://docs.temporal.io/cloud/actions), heartbeats aside: one for an ' +
  'execution started, an activity started or retried, a timer started, a signal, an upsert of search attributes; none ' +
  'for search attributes that come with the start, or for the marker of a patched version. The goal is at least 0.8 ' +
  `of the bare workflow’s runs a second, and at most ${BUDGETS.orchestration.actions} actions.`;

const WAITING =
  'A whole run of ours, from plan to audit, for a query that takes so long, against a workflow that does nothing but ' +
  'poll every three seconds; on a server that skips time. “Seen late” is from the end of the query to the poll that ' +
  'saw it, in the time of the workflow.';

const CROWD =
  'One worker process of the build, simulated queries that do not end, and a minute of polls once the queries are ' +
  'some minutes old. From the histories, by the server’s clock; the Temporal dev server and the simulator share the ' +
  'machine.';

const BACKFILL =
  'Days of a backfill, whose runs are ready on their first poll, against as many runs that a client starts one by one ' +
  'and against as many bare workflows with as many activities, each with as many under way. All activities do nothing. ' +
  'A run waits two seconds before its first poll, so that its rate has a bound which is not the work’s.';

const GATEWAY =
  'How fast runs are accepted, sixteen requests at a time: by the client in the process that asks, and over HTTP by a ' +
  'gateway process of the build, with a key, which uses that client. In turns, on the same server; no worker takes the ' +
  'runs. The goal is at least 0.8 of the client’s own rate. An `Idempotency-Key` costs two transactions in Postgres.';

const WEBHOOK =
  'The same rows, in parts of a hundred, through the whole product to a receiver that answers after 50 ms: with ' +
  '`concurrency` 1 and with 4, its default. Measured at the receiver, from the first request to the last answer, so the ' +
  'ledger is in it. The goal is 3.5 times as fast.';

const WAREHOUSE =
  'The whole product, as under “Rows at scale”, with one destination of kind `files` or `postgres`. A worker process of ' +
  'its own for each line. The seconds hold the simulator’s work, and that of Postgres, too.';

const JOURNEYS =
  'From stored pages of contacts to rows by day, channel, queue and team, with every metric, in one process. The goal is ' +
  `${BUDGETS.journeys.wallMs / 1_000} s on two quiet cores; the budget is ${BUDGETS.journeys.peakRssMiB} MiB.`;

const START =
  'Worker processes as they are shipped and as `npm run worker` starts them from the sources, in turns. Memory a run ' +
  'is what a run that waits for late data adds to the resident memory of the worker that has it in its cache.';

const SCALE =
  'The whole product: simulator, worker process, Temporal, Postgres, local dataset store, receiver; every row that is ' +
  'no outlier is delivered. A worker process of its own for each line. The seconds hold the simulator’s and the ' +
  'receiver’s work, too. With more than one page, one more activity fetches the others: that is all that rows ever ' +
  `cost in history. Budgets: ${BUDGETS.scale.events} events, ${BUDGETS.scale.historyBytes / 1_024} KiB, ` +
  `${BUDGETS.scale.largestPayload / 1_024} KiB a payload, ${BUDGETS.workerRssMiB} MiB of memory for five million rows.`;

const STRIKE =
  'SIGKILL when four pages in five are stored; another worker takes over when the heartbeat of the dead one is missed.';
