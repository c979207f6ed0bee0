/** A program of somebody else's, as text: it is compiled and run where nothing of ours is but the package. */
export const CLIENT_PROGRAM = `
import {
  createJourneyMetricsClient,
  JourneyMetricsError,
  type AggregateRequest,
  type BackfillForecast,
  type BackfillRequest,
  type ClientOptions,
  type JourneyMetricsClient,
  type ScheduleInput,
} from 'cxone-journey-metrics-client';

type HasAny<T> = 0 extends 1 & T
  ? true
  : T extends string | number | boolean | null | undefined | AbortSignal
    ? false
    : T extends Promise<infer Settled>
      ? HasAny<Settled>
      : T extends (...args: infer Args) => infer Result
        ? HasAny<Args> | HasAny<Result>
        : T extends readonly (infer Each)[]
          ? HasAny<Each>
          : T extends object // JSON goes on for ever
            ? { [Key in Exclude<keyof T, 'filter'>]-?: HasAny<T[Key]> }[Exclude<keyof T, 'filter'>]
            : false;
type Whole<T> = true extends HasAny<T> ? 'any hides in it' : 'whole';
'whole' satisfies Whole<JourneyMetricsClient>;
'whole' satisfies Whole<Omit<ClientOptions, 'connection' | 'dataConverter'>>; // Temporal's own

const request: AggregateRequest = {
  query: { metric: ['journeyCompletionRate'], dimension: ['journeyId'], dateFrom: '2026-11-01', dateTo: '2026-11-03' },
};
// @ts-expect-error it is called \`metric\`
({ query: { metrics: ['journeyCompletionRate'] } }) satisfies AggregateRequest;
// @ts-expect-error there is no such mode
({ ...request, processing: { outliers: 'drop' } }) satisfies AggregateRequest;
// @ts-expect-error a backfill has no dates of one window
({ query: { metric: ['journeyStarted'], dateFrom: '2026-11-01' } }) satisfies BackfillRequest;

const { TEMPORAL_ADDRESS: address = '', TASK_QUEUE: taskQueue = '', CXONE_ORG_ID: org = '' } = process.env;
const client = createJourneyMetricsClient({ connection: { address }, taskQueue, org, requester: 'another service' });

const run = await client.start(request);
const range: BackfillRequest = { query: { metric: ['journeyStarted'] }, from: '2026-11-01', to: '2026-11-03' };
const forecast: BackfillForecast = await client.backfills.forecast(range);
const backfill = await client.backfills.start(range, { again: false });
const [{ outcome, rows, delivery }, { slices }] = await Promise.all([run.result(), backfill.result()]);
const known: 'completed' | 'unchanged' | 'undelivered' = outcome;

const input: ScheduleInput = {
  id: \`nightly-\${org}\`,
  request: { query: { metric: ['journeyStarted'] }, window: { relative: 'yesterday' } },
  every: 'day',
  paused: true,
};
const schedule = await client.schedules.create(input);
await client.schedules.delete(schedule.id);

const refused = await client.start({ query: { metric: [] } }).catch((error: unknown) => error);
if (!(refused instanceof JourneyMetricsError)) throw new Error('it was not refused');
await client.close();

process.stdout.write(
  JSON.stringify({
    workflowId: run.workflowId,
    outcome: known,
    delivered: rows.delivered,
    revision: delivery.revision,
    forecast: forecast.total,
    completed: slices.completed,
    next: schedule.at,
    refused: refused.type,
  }),
);
`;

/** As strict as they come; declarations of packages are checked like its own. */
export const CLIENT_TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    outDir: 'out',
    rootDir: '.',
  },
  files: ['main.ts'],
};
