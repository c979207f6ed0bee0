import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import pg from 'pg';
import { openFolder } from './folder.js';
import { readOperator } from './operator.js';
import type { Run } from './records.js';

export interface CollectOptions {
  readonly databaseUrl: string;
  /** `host:port`. */
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Of the evidence; `operator.ndjson` is there already. */
  readonly folder: string;
}

const WORKFLOW_TYPE = 'aggregateJourneyMetrics';
const AT_ONCE = 16;

/** Writes down what Postgres and Temporal hold now, once everything has come to its end: what {@link audit} reads later. */
export async function collect(options: CollectOptions): Promise<void> {
  await collectTables(options);
  await collectRuns(options);
}

/** By file: queries whose rows are one JSON text each. Postgres writes the JSON, so nothing is rounded or rewritten on the way. */
const DUMPS: Readonly<Record<string, string>> = {
  'audit.ndjson': 'SELECT row_to_json(t)::text AS line FROM audit t ORDER BY seq',
  'run-records.ndjson': 'SELECT row_to_json(t)::text AS line FROM runs t ORDER BY started_at, run_key',
  'submissions.ndjson': 'SELECT row_to_json(t)::text AS line FROM submissions t ORDER BY begun_at, run_key, generation',
  'orphans.ndjson': 'SELECT row_to_json(t)::text AS line FROM submission_orphans t ORDER BY orphan_no',
  'ledger.ndjson': ['deliveries', 'delivery_revisions', 'delivery_claims', 'delivery_parts', 'delivery_answers']
    .map(
      (table) => `SELECT json_build_object('table', '${table}', 'row', row_to_json(t))::text AS line FROM ${table} t`,
    )
    .join(' UNION ALL '),
};

async function collectTables({ databaseUrl, folder }: CollectOptions): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // One snapshot: tables that are read one after the other must not contradict each other.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query("SET LOCAL timezone = 'UTC'");
    for (const [file, query] of Object.entries(DUMPS)) {
      const { rows } = await client.query<{ line: string }>(query);
      write(
        folder,
        file,
        rows.map(({ line }) => line),
      );
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

async function collectRuns({ temporalAddress, namespace, taskQueue, folder }: CollectOptions): Promise<void> {
  // A proxy of the person who runs it leads elsewhere: what is judged runs on this machine.
  const channelArgs = { 'grpc.enable_http_proxy': 0 };
  const connection = await Connection.connect({ address: temporalAddress, channelArgs });
  try {
    const client = new Client({ connection, namespace });
    const executions = await listed(client, taskQueue);
    for (const workflowId of requestedIn(folder)) if (!executions.has(workflowId)) executions.set(workflowId, []);
    const ids = [...executions];
    const runs: Run[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE).map(([workflowId, runIds]) => runsOf(client, workflowId, runIds));
      runs.push(...(await Promise.all(some)).flat());
    }
    write(
      folder,
      'runs.ndjson',
      runs.map((run) => JSON.stringify(run)),
    );
  } finally {
    await connection.close();
  }
}

/** Every workflow id with a run, and the executions that ended its runs: those that went on as another are left out. */
async function listed(client: Client, taskQueue: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const query = `WorkflowType = '${WORKFLOW_TYPE}' AND TaskQueue = '${taskQueue}'`;
  for await (const { workflowId, runId, status } of client.workflow.list({ query })) {
    const last = found.get(workflowId) ?? [];
    if (status.name !== 'CONTINUED_AS_NEW') last.push(runId);
    found.set(workflowId, last);
  }
  return found;
}

/** The list lags a little behind: what was requested is also asked for by its id. */
function requestedIn(folder: string): readonly string[] {
  return existsSync(join(folder, 'operator.ndjson')) ? [...readOperator(openFolder(folder)).requested.keys()] : [];
}

/** @param runIds none: whatever runs, or ran last, under this id */
async function runsOf(client: Client, workflowId: string, runIds: readonly string[]): Promise<readonly Run[]> {
  const asked = runIds.length === 0 ? [undefined] : runIds;
  const runs = await Promise.all(asked.map((runId) => runOf(client, workflowId, runId)));
  return runs.filter((run) => run !== undefined);
}

const STATUSES: Readonly<Record<string, Run['status']>> = {
  RUNNING: 'running',
  CONTINUED_AS_NEW: 'lost',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
};

/** Undefined where there is none of this id. */
async function runOf(client: Client, workflowId: string, runId: string | undefined): Promise<Run | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    const described = await handle.describe();
    const firstRunId = described.raw.workflowExecutionInfo?.firstRunId ?? '';
    const status = STATUSES[described.status.name];
    if (status === undefined) throw new Error(`Temporal says that ${workflowId} is ${described.status.name}`);
    const end = await endOf(client, workflowId, described.runId, status);
    return { workflowId, runId: firstRunId === '' ? described.runId : firstRunId, status, ...end };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function endOf(
  client: Client,
  workflowId: string,
  runId: string,
  status: Run['status'],
): Promise<Pick<Run, 'result' | 'failureType'>> {
  const none = { result: undefined, failureType: undefined };
  if (status !== 'completed' && status !== 'failed') return none;
  try {
    const handle = client.workflow.getHandle<() => Promise<Run['result']>>(workflowId, runId);
    return { ...none, result: await handle.result() };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const type = cause !== undefined && 'type' in cause ? cause.type : undefined;
    return { ...none, failureType: typeof type === 'string' ? type : undefined };
  }
}

function write(folder: string, file: string, lines: readonly string[]): void {
  writeFileSync(join(folder, file), lines.map((line) => `${line}\n`).join(''));
}
