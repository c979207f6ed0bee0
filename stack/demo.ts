/** `npm run demo`: the main job on servers of its own, in a folder of its own, on nobody's data. Exit code 0 when all went well. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followRun, type Seen } from '../src/cli/runs/follow-run.js';
import { startLiveLine } from '../src/cli/terminal/live-line.js';
import { progressLine } from '../src/cli/runs/progress-line.js';
import { renderReport } from '../src/cli/runs/report.js';
import {
  createJourneyMetricsClient,
  type AggregateRequest,
  type AggregateResult,
  type Progress,
} from '../src/client.js';
import { readConfig } from '../src/config/config.js';
import { sentenceOf } from '../src/config/errors.js';
import { openRecords } from '../src/records/open-records.js';
import type { RunSimulatorOptions } from '../simulator/main.js';
import { REALISTIC_DATA } from '../simulator/rows/settings.js';
import { countOf, countText } from '../src/text/number-text.js';
import { diskError } from './errors.js';
import { startProduct, type RunningProduct } from './product/product.js';
import { untilInterrupted } from './product/until-interrupted.js';

/** Nothing else of the environment comes in: nothing that could lead to somebody's real systems. */
const HARMLESS = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'TMPDIR',
  'TERM',
  'XDG_CACHE_HOME',
  'SystemRoot',
  'NODE_EXTRA_CA_CERTS',
];

/** Three pages, a busy moment at the source and one at the receiver. */
const SIMULATED = {
  cxone: {
    data: { ...REALISTIC_DATA, rows: 12_000 },
    run: { ms: 4_000 },
    faults: { script: [{ on: 'poll', nth: 2, fault: '429' }] },
  },
  receiver: { faults: { script: [{ on: 'webhook', nth: 2, fault: '503' }] } },
} satisfies RunSimulatorOptions;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const started = Date.now();
const DAY_MS = 86_400_000;

try {
  await demo(process.argv.includes('--keep'), sourceAsked(process.argv));
  say(`\ndone in ${Math.round((Date.now() - started) / 1_000)} s`);
} catch (error) {
  process.stderr.write(`journey-metrics demo: ${sentenceOf(error)}\n`);
  process.exitCode = 1;
}

/** @throws for a source that there is no demo of */
function sourceAsked(args: readonly string[]): 'analytics' | 'contacts' {
  const at = args.findIndex((arg) => arg === '--source' || arg.startsWith('--source='));
  const name = at === -1 ? 'analytics' : (args[at]?.split('=')[1] ?? args[at + 1]);
  if (name === 'analytics' || name === 'contacts') return name;
  throw new Error('--source is analytics or contacts');
}

type Source = ReturnType<typeof sourceAsked>;

async function demo(keep: boolean, source: Source): Promise<void> {
  const interrupted = untilInterrupted();
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-demo-')).catch((error: unknown) => {
    throw diskError(error, tmpdir(), 'TMPDIR');
  });
  try {
    await demoIn(home, { keep, source }, interrupted);
  } finally {
    // A server that was killed may still write while its folder goes.
    if (!keep) await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    else say(`· the files of this demo stay in ${home}; remove them with: rm -r '${home}'`);
  }
}

async function demoIn(
  home: string,
  { keep, source }: { readonly keep: boolean; readonly source: Source },
  interrupted: ReturnType<typeof untilInterrupted>,
): Promise<void> {
  const env = Object.fromEntries(HARMLESS.map((name) => [name, process.env[name]]));
  let log = '';
  const product = await startProduct({
    home,
    env: { ...env, LOG_LEVEL: 'warn' },
    simulator: SIMULATED,
    ...(source === 'contacts' && { contacts: 'only' }),
    onStatus: (text) => {
      say(`· ${text}`);
    },
    onLog: (text) => (log += text),
    onError: (text) => (log += text),
    signal: interrupted.signal,
  }).catch((error: unknown) => {
    process.stderr.write(log);
    throw error;
  });
  try {
    const shown = show(product, { keep, source }, interrupted.signal);
    await Promise.race([shown, product.failed]);
    if (keep) await keepUp(product, await shown, interrupted.promise);
  } finally {
    say('· stopping');
    await product.stop();
  }
}

async function analyticsRequest(): Promise<AggregateRequest> {
  const example = await readFile(new URL('../examples/journeys.json', import.meta.url), 'utf8');
  const request = JSON.parse(example) as AggregateRequest;
  return { ...request, query: { ...request.query, limit: 5_000 } };
}

/** A week whose last horizon has passed, by numbers that need no opinion on what self-service completes. */
function contactsRequest(nowMs: number): AggregateRequest {
  const [dateFrom, dateTo] = [15, 8].map((days) => new Date(nowMs - days * DAY_MS).toISOString().slice(0, 10));
  const metric = ['journeyAnswerRate', 'journeyAbandonRate', 'averageWaitTime'];
  return { query: { metric, dimension: ['queue', 'channel'], dateFrom: dateFrom ?? '', dateTo: dateTo ?? '' } };
}

/** @returns the id of the run */
async function show(
  product: RunningProduct,
  { keep, source }: { readonly keep: boolean; readonly source: Source },
  signal: AbortSignal,
): Promise<string> {
  const address = product.env['TEMPORAL_ADDRESS'] ?? '';
  const org = product.env['CXONE_ORG_ID'] ?? '';
  const client = createJourneyMetricsClient({ connection: { address }, org, requester: 'demo' });
  const run = await client.start(source === 'contacts' ? contactsRequest(Date.now()) : await analyticsRequest());
  say(`· run ${run.workflowId}`);
  const line = process.stdout.isTTY ? startLiveLine(process.stdout, readConfig(process.env).colours()) : undefined;
  const result = await followRun(run, {
    signal,
    now: Date.now,
    ...(line && {
      show: (seen: Seen<Progress>, nowMs: number) => {
        line.show(progressLine(seen, nowMs));
      },
    }),
  }).finally(() => line?.stop());
  await client.close();
  say(`\n${renderReport(result, { width: process.stdout.columns || 100, gone: !keep })}`);
  await proof(product, result);
  return run.workflowId;
}

/** What the others say of the run: the receiver, and the audit trail. */
async function proof({ simulator, env }: RunningProduct, result: AggregateResult): Promise<void> {
  const window = simulator?.receiver.windows().get(result.delivery.deliveryId);
  const verified = simulator?.receiver.journal.count({ verdict: 'accepted', effect: true }) ?? 0;
  if (window?.rows.length !== result.rows.delivered) throw new Error('the receiver does not have the delivered rows');
  const parts = countOf(verified, 'part');
  say(`receiver   ${window.rows.length} rows in ${parts}, every signature verified, revision ${window.revision}`);
  if (result.journeys) say(`journeys   ${firstNumbers(window.rows)}`);
  const signal = AbortSignal.timeout(30_000);
  const records = await openRecords({ url: env['DATABASE_URL'] ?? '', now: Date.now, signal });
  const verification = await records.auditLog.verify({}, signal);
  await records.close();
  if (!verification.ok) throw new Error(`the audit trail is broken: ${verification.problem}`);
  say(`audit      ${verification.entries} entry, chain verified`);
}

/** Rates are put together by dividing sums, never by averaging. */
function firstNumbers(rows: readonly unknown[]): string {
  const sumOf = (metric: string): number =>
    rows.reduce((sum: number, row) => sum + Number((row as Readonly<Record<string, unknown>>)[metric] ?? 0), 0);
  const queued = sumOf('journeyQueued');
  const share = (metric: string): string => `${((100 * sumOf(metric)) / queued).toFixed(1)} %`;
  return `${countText(queued)} queued: ${share('journeyAnswered')} answered, ${share('journeyAbandoned')} abandoned`;
}

async function keepUp({ stack, env }: RunningProduct, workflowId: string, interrupted: Promise<void>): Promise<void> {
  say(`\nready: the servers run until Ctrl-C`);
  if (stack.temporal?.uiUrl) say(`Temporal UI  ${stack.temporal.uiUrl}`);
  say(`In another terminal:\n  export JOURNEY_METRICS_HOME='${env['JOURNEY_METRICS_HOME'] ?? ''}'`);
  say('  npm run --silent cli -- runs list');
  say(`  npm run --silent cli -- report ${workflowId} --open`);
  await interrupted;
}
