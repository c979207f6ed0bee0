import { z } from 'zod';
import { boundsOf, matchOf, readNamedWindow, type NamedWindow } from '../../calendar/named-window.js';
import type { RunSummary } from '../../client.js';
import { JourneyMetricsError } from '../../client.js';
import { RUN_OUTCOMES, RUN_WORDS, type RunOutcome } from '../../contract/closed-sets.js';
import type { Progress } from '../../contract/result/progress.js';
import { orgsSeen } from '../../keys/principal.js';
import type { ListedRecord, RunPageFilter } from '../../ports/index.js';
import type { ListedRun, RunSearch } from '../../report/render-runs.js';
import { runTitle } from '../../text/run-title.js';
import { principalOf } from '../access/principal.js';
import { answerLife, answers } from '../http/http.js';
import { invalidRequest } from '../http/problem.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { asPage, sendPage } from '../routes/pages.js';
import { runAddress } from '../runs/run.js';

const LISTED_MOST = 100;
/** Runs under way that are asked how far they are, and how long they may take to say so. */
const ASKED_MOST = 20;
const ASKED_MS = 2_000;

/** As a form sends it: a field that was left empty is there, too. */
const field = (what: string) => z.string().max(200).exactOptional().describe(what);
const searchSchema = z.strictObject({
  text: field('Part of a name, an id or an organisation, or a day, month or range that the window has a part of.'),
  org: field('Only of this organisation.'),
  source: field('Only of this source.'),
  state: z
    .union([z.enum([...RUN_WORDS, 'ended']), z.literal('')])
    .exactOptional()
    .describe('Only these: `running`, `ended`, or an outcome.'),
  outcome: z
    .union([z.enum(RUN_OUTCOMES), z.literal('')])
    .exactOptional()
    .describe('Only those that ended like this.'),
  before: field('The page after this run, as the link to older runs names it.'),
});

/** `GET /runs-page`: every run there ever was, out of the records; what they do not know yet, out of Temporal. */
export function runsPage(app: Gateway, parts: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/runs-page',
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'runsPage',
      summary: 'A page that lists runs',
      querystring: searchSchema,
      response: answers(asPage('The runs that the key allows.'), ['RecordsUnavailable']),
    },
    handler: async (request, reply) => {
      const given = Object.entries(request.query).filter(([, value]) => value !== '');
      const search: RunSearch = Object.fromEntries(given);
      const orgs = orgsSeen(principalOf(request), search.org);
      const asked = { ...search, ...(orgs && { orgs }) };
      const life = answerLife(reply, {});
      const { records, older } = await recordedRuns(parts, asked, life);
      const unrecorded = search.before === undefined ? await runsOfTemporal(parts, asked) : [];
      const runs = together(records, unrecorded ?? []).slice(0, LISTED_MOST);
      const { org, ...shown } = search;
      return sendPage(
        reply,
        parts.pages.runs({
          generatedAt: new Date(parts.now()).toISOString(),
          // The name of an organisation that the key does not see is not even repeated.
          search: { ...shown, ...(org !== undefined && orgs?.length !== 0 && { org }) },
          runs: await withProgress(parts, runs, answerLife(reply, { ms: ASKED_MS })),
          ...(older !== undefined && { older }),
          ...(unrecorded === undefined && { withoutTemporal: true }),
        }),
      );
    },
  });
}

type Asked = RunSearch & { readonly orgs?: readonly string[] };

function namedIn({ text = '' }: RunSearch): NamedWindow | undefined {
  const named = readNamedWindow(text.trim());
  return typeof named === 'object' ? named : undefined;
}

function outcomeIn({ state, outcome }: RunSearch): RunOutcome | undefined {
  return outcome ?? RUN_OUTCOMES.find((each) => each === state);
}

async function recordedRuns(
  { runPages }: GatewayParts,
  asked: Asked,
  signal: AbortSignal,
): Promise<{ readonly records: readonly ListedRecord[]; readonly older?: string }> {
  const { orgs, source, state, text, before } = asked;
  const named = namedIn(asked);
  const outcome = outcomeIn(asked);
  const filter: RunPageFilter = {
    limit: LISTED_MOST + 1,
    ...(orgs && { orgs }),
    ...(source !== undefined && { source }),
    ...((state === 'running' || state === 'ended') && { state }),
    ...(outcome && { outcome }),
    ...(text !== undefined && { text: text.trim() }),
    ...(named && { between: betweenOf(named) }),
    ...(before !== undefined && { before: readKey(before) }),
  };
  const found = await runPages.page(filter, signal);
  const page = found.slice(0, LISTED_MOST);
  const last = page.at(-1);
  return {
    // Postgres knows instants, and the window was named on the clocks of its own zone.
    records: named ? page.filter((each) => matchOf(named, each.window) ?? matches(summaryOf(each), text ?? '')) : page,
    ...(found.length > LISTED_MOST && last && { older: `${last.startedAt}~${last.runKey}` }),
  };
}

function betweenOf(named: NamedWindow): NonNullable<RunPageFilter['between']> {
  const { start, end } = boundsOf(named);
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

function readKey(before: string): NonNullable<RunPageFilter['before']> {
  const [, startedAt, runKey] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)~([\w-]{1,64})$/.exec(before) ?? [];
  if (startedAt === undefined || runKey === undefined || Number.isNaN(Date.parse(startedAt))) {
    throw invalidRequest([
      { path: 'querystring.before', message: 'is not the key of a run: follow the link of a page' },
    ]);
  }
  return { startedAt, runKey };
}

/** The newest runs that Temporal has and that match; undefined while it is away. */
async function runsOfTemporal({ client }: GatewayParts, asked: Asked): Promise<readonly RunSummary[] | undefined> {
  const { orgs, source, state, text = '' } = asked;
  const named = namedIn(asked);
  const outcome = outcomeIn(asked) ?? (state === 'running' ? state : undefined);
  try {
    const found = await client.list({ limit: LISTED_MOST, ...(orgs && { orgs }), ...(outcome && { outcome }) });
    return found.filter(
      (run) =>
        (source === undefined || run.report?.source === source) &&
        (state !== 'ended' || run.state !== 'running') &&
        (matches(run, text.trim()) ||
          (named !== undefined && run.window !== null && matchOf(named, run.window) !== undefined)),
    );
  } catch (error) {
    if (error instanceof JourneyMetricsError && error.type === 'TemporalUnavailable') return undefined;
    throw error;
  }
}

function matches(run: RunSummary, text: string): boolean {
  const { workflowId, org, series, window } = run;
  const fields = [workflowId, org ?? '', series ?? '', window?.label ?? '', runTitle(run)];
  return fields.some((each) => each.toLowerCase().includes(text.toLowerCase()));
}

/** Each run once, newest first, with what both know of it. Behind the last record there may be others: those wait for their page. */
function together(
  records: readonly ListedRecord[],
  found: readonly RunSummary[],
): readonly Omit<ListedRun, 'progress'>[] {
  const key = ({ workflowId, runId }: Pick<RunSummary, 'workflowId' | 'runId'>): string => `${workflowId} ${runId}`;
  const known = new Map(found.map((run) => [key(run), run]));
  const recorded = records.map((record) => {
    const run = known.get(key(record)) ?? summaryOf(record);
    const windowPath = `/windows/${record.deliveryId}`;
    return { run, reportPath: `${runAddress(run.workflowId)}/report`, windowPath, rows: record.rows };
  });
  const seen = new Set(records.map(key));
  const oldest = records.length < LISTED_MOST ? '' : (records.at(-1)?.startedAt ?? '');
  const others = found
    .filter((run) => !seen.has(key(run)) && run.startedAt >= oldest)
    .map((run) => ({ run, reportPath: `${runAddress(run.workflowId)}/report` }));
  return [...recorded, ...others].sort((one, other) => Date.parse(other.run.startedAt) - Date.parse(one.run.startedAt));
}

function summaryOf(record: ListedRecord): RunSummary {
  const { workflowId, runId, org, outcome, window, series, report, startedAt, finishedAt } = record;
  const isOver = outcome === 'failed' || outcome === 'cancelled' || outcome === 'terminated' || outcome === 'timed-out';
  return {
    ...{ workflowId, runId, org, outcome, window, series, report, startedAt },
    state: outcome === null ? 'running' : isOver ? outcome : 'completed',
    windowFrom: window.from,
    findings: null,
    closedAt: finishedAt,
  };
}

async function withProgress(
  { client, pages }: GatewayParts,
  runs: readonly Omit<ListedRun, 'progress'>[],
  signal: AbortSignal,
): Promise<readonly ListedRun[]> {
  const asked = runs.filter(({ run }) => run.state === 'running').slice(0, ASKED_MOST);
  const answered = asked.map(async ({ run: { workflowId } }): Promise<[string, Progress | null]> => [
    workflowId,
    await client
      .run(workflowId)
      .progress({ signal })
      .catch(() => null),
  ]);
  const progress = new Map(await Promise.all(answered));
  return runs.map((listed) => {
    const { workflowId, runId } = listed.run;
    const temporalUrl = pages.runUrl(workflowId, runId);
    const far = progress.get(workflowId);
    return {
      ...listed,
      ...(far !== undefined && { progress: far }),
      ...(temporalUrl !== undefined && { temporalUrl }),
    };
  });
}
