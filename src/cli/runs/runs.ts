import type { RunWord } from '../../contract/closed-sets.js';
import { redeliveryIdOf } from '../../contract/values/ids.js';
import { JourneyMetricsError, type JourneyMetricsClient, type RunHandle, type RunSummary } from '../../client.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { runOf, type BackfillVerb } from './run-of.js';
import { withSession } from '../program/session.js';
import { findingsText, runTitle } from '../../text/run-title.js';
import { readWindowName } from '../program/window-name.js';
import { renderWithIds } from '../terminal/table.js';
import type { Screen, Terminal } from '../terminal/terminal.js';
import { agoText, durationText } from '../../text/time-text.js';
import { waitUnlessStopped } from '../program/waiting.js';
import { printResult, watchRun } from './watch-run.js';

export interface ListOptions {
  readonly limit: number;
  /** As `readWindowName` takes it. */
  readonly window?: string;
  readonly org?: string;
  readonly series?: string;
  readonly outcome?: RunWord;
  readonly json?: boolean;
}

/** `journey-metrics runs list`: newest first. */
export async function listRuns(
  terminal: Terminal,
  { limit, window, org, series, outcome, json }: ListOptions,
): Promise<ExitCode> {
  const filter = {
    ...(window !== undefined && { window: readWindowName(window) }),
    ...(org !== undefined && { orgs: [org] }),
    ...(series !== undefined && { series }),
    ...(outcome !== undefined && { outcome }),
  };
  const runs = await withSession(terminal, ({ client }) => client.list({ limit, ...filter }));
  const isAll = Object.keys(filter).length === 0;
  if (json) terminal.printJson(runs);
  else if (runs.length === 0 && !isAll) terminal.print('No run matches.');
  else if (runs.length === 0) terminal.print('There are no runs. Start one with `journey-metrics aggregate`.');
  else terminal.print(runTable('RUN', runs, terminal));
  return EXIT.done;
}

/** A title is readable from here on: its name and its days. */
const TITLE = 48;

/** Runs, or backfills, a line each: how they ended, or that they have not. */
export function runTable(what: string, runs: readonly RunSummary<string>[], { now, columns }: Screen): string {
  const nowMs = now();
  const heads = [
    { head: what, readable: TITLE },
    { head: 'STATE', whole: true },
    { head: 'FOUND' },
    { head: 'STARTED' },
    { head: 'TOOK' },
  ];
  const rows = runs.map((run) => {
    const { workflowId, state, outcome, startedAt, closedAt, findings } = run;
    const took = closedAt === null ? '' : durationText(Date.parse(closedAt) - Date.parse(startedAt));
    const title = runTitle(run) || workflowId;
    return [title, outcome ?? state, findings === null ? '' : findingsText(findings), agoText(startedAt, nowMs), took];
  });
  return renderWithIds({ heads, rows, ids: runs.map(({ workflowId }) => workflowId), columns });
}

/** `journey-metrics runs watch`: waits for the end of a run that was started before. */
export async function watch(
  terminal: Terminal,
  workflowId: string,
  { json, timeout }: { readonly json?: boolean; readonly timeout?: number },
): Promise<ExitCode> {
  return withSession(terminal, (session) =>
    waitUnlessStopped(timeout, async (signal) => {
      const run = await runOf(session.client, workflowId, 'watch');
      return printResult(terminal, session, await watchRun(terminal, session, run, signal), json);
    }),
  );
}

interface JsonFlag {
  readonly json?: boolean;
}

/** `journey-metrics runs cancel`. */
export async function cancel(terminal: Terminal, workflowId: string, { json }: JsonFlag): Promise<ExitCode> {
  await withSession(terminal, async ({ client }) => (await openRun(client, workflowId, 'cancel')).cancel());
  if (json) terminal.printJson({ workflowId, asked: 'cancel' });
  else terminal.print(`${workflowId} is being cancelled: it writes its audit entry, and then ends`);
  return EXIT.done;
}

/** `journey-metrics runs poll-now`. */
export async function pollNow(terminal: Terminal, workflowId: string, { json }: JsonFlag): Promise<ExitCode> {
  await withSession(terminal, async ({ client }) => (await openRun(client, workflowId, 'show')).pollNow());
  if (json) terminal.printJson({ workflowId, asked: 'pollNow' });
  else terminal.print(`${workflowId} polls now if it is waiting for the source`);
  return EXIT.done;
}

/** Temporal takes a cancellation of a run that has ended, and nothing comes of it: better to say so. */
async function openRun(client: JourneyMetricsClient, workflowId: string, verb: BackfillVerb): Promise<RunHandle> {
  const run = await runOf(client, workflowId, verb);
  const { state } = await run.summary();
  if (state === 'running') return run;
  throw new JourneyMetricsError('RunNotFound', `${run.workflowId} is no longer active: it is ${state}`);
}

export interface RedeliverOptions {
  readonly all?: boolean;
  readonly org?: string;
  readonly destination?: string;
  readonly revision?: number;
  readonly json?: boolean;
}

/** `journey-metrics runs redeliver`: sends what a run made once more, and waits for the outcome. */
export async function redeliver(
  terminal: Terminal,
  workflowId: string,
  { all = false, org, destination, revision, json }: RedeliverOptions,
): Promise<ExitCode> {
  const to = { ...(org !== undefined && { org }), ...(destination !== undefined && { destination }) };
  const request = { workflowId, all, ...to, ...(revision !== undefined && { revision }) };
  return withSession(terminal, (session) =>
    waitUnlessStopped(undefined, async (signal) => {
      const { client } = session;
      // The id that the client gives to a redelivery of this run.
      const own = client.run(redeliveryIdOf({ workflowId }));
      const run = {
        workflowId: own.workflowId,
        progress: () => own.progress(),
        result: () => client.redeliver(request),
      };
      return printResult(terminal, session, await watchRun(terminal, session, run, signal), json);
    }),
  );
}
