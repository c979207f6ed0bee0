import { after, before } from 'node:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { Client } from '@temporalio/client';
import { createActivities, type Activities, type ActivityDependencies } from '../../../src/activities/index.js';
import { activityInterceptor } from '../../../src/activities/interceptor.js';
import { createJourneyMetricsClient, type JourneyMetricsClient } from '../../../src/client.js';
import { readConfig } from '../../../src/config/config.js';
import { createWorkers } from '../../../src/worker/workers.js';
import { createScrubber } from '../../../src/observability/log.js';
import { openDependencies } from '../../../src/composition/dependencies.js';
import { temporalRunDirectory } from '../../../src/composition/directory/run-directory.js';
import { temporalScheduleDirectory } from '../../../src/composition/directory/schedule-directory.js';
import { replay, type RecordedHistory } from '../workflow/history-chain.js';
import { startSuite, type Suite } from '../product.js';
import { createDatabase } from '../records/databases.js';

/**
 * The product for many runs at once that must not meet each other's faults: one worker, and for each organisation its
 * own activities on its own source, receiver, and what else it wants for itself.
 */
export interface Field {
  readonly client: JourneyMetricsClient;
  readonly temporal: Client;
  /** What is shared by those who bring nothing of their own: Postgres, dataset store. */
  readonly shared: ActivityDependencies;
  readonly databaseUrl: string;
  /** From now on the runs of this organisation are served by these. */
  admit(org: string, activities: Activities): void;
  /** URL of a new, empty database. */
  database(): Promise<string>;
  /** To be replayed in the end. */
  keep(history: RecordedHistory): void;
  stop(): Promise<void>;
}

/** Starts a field before the tests of this file, and stops it after them. */
export function fieldForTests(chance: number): () => Field {
  let suite: Suite | undefined;
  let field: Field | undefined;
  before(async () => {
    suite = await startSuite();
    field = await startField(suite, chance);
  });
  after(async () => {
    await field?.stop();
    await suite?.stop();
  });
  return () => {
    if (!field) throw new Error('the field is made by a before() hook: ask for it in tests only');
    return field;
  };
}

/** @param chance what the back-off of failures is drawn with, instead of at random */
async function startField(suite: Suite, chance: number): Promise<Field> {
  const taskQueue = `faults-${randomUUID().slice(0, 8)}`;
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-faults-'));
  const ambient = { now: Date.now, random: () => chance };
  const temporal = new Client({ connection: suite.connection });
  const { temporalAddress, databaseUrl, templateDatabase } = suite.servers;
  const database = (): Promise<string> =>
    createDatabase(databaseUrl, `faults_${randomUUID().replaceAll('-', '')}`, templateDatabase);
  const config = readConfig({
    CXONE_ORG_ID: 'nobody',
    CXONE_CLIENT_ID: 'nobody',
    CXONE_CLIENT_SECRET: 'nothing',
    BI_WEBHOOK_URL: 'https://nowhere.invalid/',
    DATABASE_URL: await database(),
    DATASET_URL: pathToFileURL(home).href,
  }).worker();
  const opened = await openDependencies(config, {
    ambient,
    scrubber: createScrubber(),
    runDirectory: temporalRunDirectory(temporal, taskQueue, Date.now),
    scheduleDirectory: temporalScheduleDirectory(temporal, taskQueue),
    version: 'test',
    signal: AbortSignal.timeout(60_000),
  });
  const served = new Map<string, Activities>();
  const worker = await createWorkers(
    {
      connection: suite.native,
      taskQueue,
      workflowBundle: suite.bundle,
      activities: routed((org) => served.get(org ?? '') ?? createActivities(opened.dependencies)),
      interceptors: { activity: [activityInterceptor({ random: ambient.random, scrub: (text) => text })] },
      workflowFailureErrorTypes: { '*': ['Error'] },
      shutdownForceTime: '10 seconds',
    },
    config.maxTransfers,
  );
  const running = worker.run();
  const client = createJourneyMetricsClient({
    connection: { address: temporalAddress },
    taskQueue,
    requester: 'test',
  });
  const histories: RecordedHistory[] = [];
  return {
    client,
    temporal,
    shared: opened.dependencies,
    databaseUrl: config.databaseUrl,
    database,
    admit: (org, activities) => served.set(org, activities),
    keep: (history) => histories.push(history),
    async stop() {
      worker.shutdown();
      await running;
      await Promise.all([client.close(), opened.close()]);
      await rm(home, { recursive: true, force: true });
      await replay(suite.bundle, histories);
    },
  };
}

/** Hands every call to the activities of the organisation that it is about. */
function routed(of: (org: string | null | undefined) => Activities): Activities {
  return {
    planRun: (input) => of((input.request as { org?: string }).org).planRun(input),
    fetchToken: (input) => of(input.org).fetchToken(input),
    submitQuery: (input) => of(input.org).submitQuery(input),
    pollResult: (input) => of(input.org).pollResult(input),
    abortQuery: (input) => of(input.org).abortQuery(input),
    deriveRows: (input) => of(input.org).deriveRows(input),
    transform: (input) => of(input.plan.org).transform(input),
    syncWebhook: (input) =>
      of(input.subject.kind === 'content' ? input.subject.plan.org : undefined).syncWebhook(input),
    writeAudit: (input) => of(input.entry.org).writeAudit(input),
    planRedelivery: (input) => of(undefined).planRedelivery(input),
    reconcileRuns: () => of(undefined).reconcileRuns(),
    removeRows: (input) => of(undefined).removeRows(input),
    deleteExpired: () => of(undefined).deleteExpired(),
    noteSchedules: (input) => of(undefined).noteSchedules(input),
    waitingAlerts: () => of(undefined).waitingAlerts(),
    handOverAlerts: (input) => of(undefined).handOverAlerts(input),
    receiversOfAlert: (input) => of(undefined).receiversOfAlert(input),
    tellReceiver: (input) => of(undefined).tellReceiver(input),
    findLate: () => of(undefined).findLate(),
    pauseFailing: () => of(undefined).pauseFailing(),
    checkAudit: () => of(undefined).checkAudit(),
    noteStopped: (input) => of(input.org).noteStopped(input),
    planSlices: (input) => of((input.request as { org?: string }).org).planSlices(input),
    halveSlice: (input) => of(undefined).halveSlice(input),
  };
}
