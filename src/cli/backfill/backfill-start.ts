import { resolveBackfill } from '../../client/backfills/resolve-backfill.js';
import type { BackfillForecast, BackfillHandle, BackfillResult, BackfillSummary } from '../../client.js';
import { DEFAULT_DESTINATION } from '../../config/destinations/destinations.js';
import { createBackfillLine } from './backfill-line.js';
import { exitCodeOfBackfill, renderBackfill } from './backfill-report.js';
import { backfillRequestOf, type BackfillFields } from './backfill-request.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { renderForecast } from './forecast-report.js';
import { readRequest } from '../program/read-request.js';
import { withSession, type Session } from '../program/session.js';
import { storedText } from '../../text/time-text.js';
import type { Terminal } from '../terminal/terminal.js';
import { waitUnlessStopped } from '../program/waiting.js';
import { watchEnd } from '../runs/watch-end.js';

interface WaitOptions {
  readonly json?: boolean;
  readonly detach?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

export interface BackfillStartOptions extends WaitOptions, BackfillFields {
  /** File with the request, or `-` for stdin. */
  readonly query: string;
  readonly dryRun?: boolean;
  readonly again?: boolean;
}

/** `journey-metrics backfill start`: starts it, or attaches to the one that this request has, and waits for its end. */
export async function startBackfill(terminal: Terminal, options: BackfillStartOptions): Promise<ExitCode> {
  const { query, dryRun, again = false, json, detach, timeout, ...fields } = options;
  const raw = backfillRequestOf(await readRequest(query, terminal.stdin), fields);
  // Before anybody is contacted: a bad request is a bad request, whether or not Temporal is there.
  const defaults = { org: terminal.config.defaultOrg(), destination: DEFAULT_DESTINATION };
  const { request } = resolveBackfill(raw, defaults, terminal.now());
  if (dryRun) {
    const forecast = await withSession(terminal, ({ client }) => client.backfills.forecast(request));
    return printForecast(terminal, forecast, json);
  }
  const begin = async ({ client }: Session): Promise<Begun> => {
    const backfill = await client.backfills.start(request, { again });
    // The client names no run id where it has started nothing: the request was answered before.
    return { backfill, answered: backfill.runId === undefined ? await backfill.summary() : undefined };
  };
  return runBackfill(terminal, begin, { json, detach, timeout });
}

/** `journey-metrics backfill retry`: runs what failed or was left, and waits for its end. */
export function retryBackfill(terminal: Terminal, workflowId: string, options: WaitOptions): Promise<ExitCode> {
  return runBackfill(terminal, async ({ client }) => ({ backfill: await client.backfills.retry(workflowId) }), options);
}

/** `journey-metrics backfill watch`: waits for the end of one that was started before. */
export function watchBackfill(terminal: Terminal, workflowId: string, options: WaitOptions): Promise<ExitCode> {
  return runBackfill(
    terminal,
    ({ client }) => Promise.resolve({ backfill: client.backfills.get(workflowId) }),
    options,
  );
}

/** What is waited for; `answered` where an earlier one gave the answer already. */
interface Begun {
  readonly backfill: BackfillHandle;
  readonly answered?: BackfillSummary | undefined;
}

function runBackfill(
  terminal: Terminal,
  begin: (session: Session) => Promise<Begun>,
  { json, detach, timeout }: { [Key in keyof WaitOptions]: WaitOptions[Key] | undefined },
): Promise<ExitCode> {
  return withSession(terminal, (session) =>
    waitUnlessStopped(timeout, async (signal) => {
      const { backfill, answered } = await begin(session);
      if (detach) {
        const { workflowId, runId = (await backfill.summary()).runId } = backfill;
        terminal.print(JSON.stringify({ workflowId, runId, ...(answered && { stored: true }) }));
        return EXIT.done;
      }
      const watching = { signal, lineOf: createBackfillLine(), commands: 'backfill' } as const;
      const result = await watchEnd(terminal, session, backfill, watching);
      return printBackfill(terminal, session, result, json, answered?.closedAt ?? undefined);
    }),
  );
}

/**
 * Prints what came out of a backfill.
 * @param endedAt of an answer that an earlier one gave: when it did
 */
export function printBackfill(
  terminal: Terminal,
  session: Session,
  result: BackfillResult,
  json: boolean | undefined,
  endedAt?: string,
): ExitCode {
  const { columns, paint } = terminal;
  const url = session.runUrl(result.workflowId, result.runId);
  const stored = endedAt === undefined ? {} : { stored: storedText(endedAt, terminal.now()) };
  if (json) terminal.printJson(endedAt === undefined ? result : { ...result, stored: true });
  else terminal.print(renderBackfill(result, { columns, paint, url, ...stored }));
  return exitCodeOfBackfill(result);
}

function printForecast(terminal: Terminal, forecast: BackfillForecast, json: boolean | undefined): ExitCode {
  if (json) terminal.printJson(forecast);
  else terminal.print(renderForecast(forecast, terminal));
  return EXIT.done;
}
