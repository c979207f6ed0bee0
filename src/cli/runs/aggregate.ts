import { resolveRequest, type ResolvedRequest } from '../../client/runs/resolve-request.js';
import { DEFAULT_DESTINATION } from '../../config/destinations/destinations.js';
import { parseRequest } from '../../contract/request/request-schema.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { readRequest } from '../program/read-request.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';
import { reportText, windowText } from '../../text/run-title.js';
import { waitUnlessStopped } from '../program/waiting.js';
import { printResult, watchRun } from './watch-run.js';

export interface AggregateOptions {
  /** File with the request, or `-` for stdin. */
  readonly query: string;
  readonly org?: string;
  readonly json?: boolean;
  readonly detach?: boolean;
  readonly again?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** `journey-metrics aggregate`: starts the run, or attaches to the one that this request has, and waits for its end. */
export async function aggregate(terminal: Terminal, options: AggregateOptions): Promise<ExitCode> {
  const { query, org, json, detach, again = false, timeout } = options;
  const raw = withOrg(await readRequest(query, terminal.stdin), org);
  // Before anybody is contacted: a bad request is a bad request, whether or not Temporal is there.
  const defaults = { org: terminal.config.defaultOrg(), destination: DEFAULT_DESTINATION };
  const resolved = resolveRequest(raw, defaults, terminal.now());
  const { request } = resolved;
  return withSession(terminal, (session) =>
    waitUnlessStopped(timeout, async (signal) => {
      const run = await session.client.start(request, { again });
      // The client names no run id where it has started nothing: the request was answered before.
      const answered = run.runId === undefined ? await run.summary() : undefined;
      if (detach) {
        const { workflowId, runId = answered?.runId } = run;
        terminal.print(JSON.stringify({ workflowId, runId, ...(answered && { stored: true }) }));
        return EXIT.done;
      }
      const result = await watchRun(terminal, session, { ...run, title: titleOf(resolved) }, signal);
      return printResult(terminal, session, result, json, answered?.closedAt ?? undefined);
    }),
  );
}

/** Without its source, which the worker knows: a name, or else what is asked for, is enough to know it by. */
function titleOf({ org, request: { name, query }, window }: ResolvedRequest): string {
  const { reportType = '', filter = {} } = query;
  return [org, reportText({ ...(name !== undefined && { name }), reportType, filter }), windowText(window)].join(' · ');
}

/** The request, for another organisation. A request that is not valid stays as it is: it is refused with all its problems. */
function withOrg(raw: unknown, org: string | undefined): unknown {
  if (org === undefined) return raw;
  const parsed = parseRequest(raw);
  return parsed.ok ? { ...parsed.request, org } : raw;
}
