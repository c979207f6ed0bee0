import type { TestContext } from 'node:test';
import type { Simulator } from '../../../simulator/cxone/server.js';
import { DEFAULT_REPORTING_TENANT } from '../../../simulator/reporting/tenant.js';
import type { SourceQuery } from '../../../src/contract/request/request.js';
import type { RequestedKeys } from '../../../src/domain/row-verification.js';
import type { Accepted, Later, Source, SourcePage } from '../../../src/ports/index.js';
import { createCustomReportSource, type CustomReportOptions } from '../../../src/sources/custom-report/source.js';
import type { CsvMapping } from '../../../src/sources/csv/mapping.js';
import { createDataExtractionSource, type DataExtractionOptions } from '../../../src/sources/data-extraction/source.js';
import type { TenantAccess } from '../../../src/sources/reporting/open-tenant.js';
import { never } from './cxone-real-client.js';
import { NOW } from './cxone-real.js';

const { clientId, clientSecret, accessKeyId, accessKeySecret } = DEFAULT_REPORTING_TENANT;

export const EVALUATIONS: CsvMapping = {
  dateColumn: 'Submission Date',
  timeZone: 'UTC',
  metrics: { score: 'Score', points: 'Score Percentage' },
  dimensions: { agent: 'Agent ID', contact: 'ACD ID' },
};

export const CALLS: CsvMapping = {
  dateColumn: 'Start_Date',
  timeColumn: 'start_time',
  timeZone: '-06:00',
  metrics: { queueSeconds: 'Inqueue', agentSeconds: 'Agent_Time', abandoned: 'Abandon' },
  dimensions: { contact: 'Contact_ID', master: 'Master_Contact_ID', skill: 'Skill_No' },
};

/** The simulator's own tenant, as a source is told of it. */
export function accessOf(url: string, clock: { readonly now: number } = { now: NOW }): TenantAccess {
  return {
    org: 'globex',
    accessKey: {
      issuer: new URL(url),
      clientId,
      clientSecret,
      clientAuth: 'basic',
      accessKeyId,
      accessKeySecret,
    },
    ambient: { now: () => clock.now, random: () => 0.5 },
  };
}

export function dataExtractionOf(
  t: TestContext,
  { url }: Pick<Simulator, 'url'>,
  clock: { now: number } = { now: NOW },
  change: Partial<DataExtractionOptions> = {},
): ReturnType<typeof createDataExtractionSource> {
  const options = accessOf(url, clock);
  const source = createDataExtractionSource({
    ...options,
    entity: 'qm-workflows',
    version: '4',
    mapping: EVALUATIONS,
    gapMs: 31_000,
    ...change,
  });
  t.after(() => source.close());
  return source;
}

export function customReportOf(
  t: TestContext,
  { url }: Pick<Simulator, 'url'>,
  change: Partial<CustomReportOptions> = {},
): ReturnType<typeof createCustomReportSource> {
  const options = { ...accessOf(url, { now: NOW }), apiVersion: 'v34.0', reportId: '350047', mapping: CALLS };
  const source = createCustomReportSource({ ...options, ...change });
  t.after(() => source.close());
  return source;
}

export interface Question {
  readonly keys: RequestedKeys;
  readonly query: SourceQuery;
}

/** What a run asks of a source whose fields these are. */
export function question({ metrics, dimensions }: CsvMapping, from: string, to: string): Question {
  const [metric, dimension] = [Object.keys(metrics), Object.keys(dimensions)];
  const keys = { dateKey: 'date', metrics: metric, dimensions: dimension };
  const query: SourceQuery = {
    reportType: 'journey-execution',
    metric,
    dimension,
    filter: {},
    timeGroupBy: 'day',
    limit: 10_000,
    dateFrom: from,
    dateTo: to,
  };
  return { keys, query };
}

export function submit(
  source: Source,
  { query }: Question,
  idempotencyKey = '0'.repeat(32),
): Promise<Accepted | Later> {
  return source.submit({ query, idempotencyKey }, never());
}

/** The ticket of a query that has to be taken. */
export async function accepted(source: Source, asked: Question, idempotencyKey?: string): Promise<string> {
  const answer = await submit(source, asked, idempotencyKey);
  if (answer.state !== 'accepted') throw new Error(`not taken: ${answer.reason}`);
  return answer.ticket;
}

/** Every page of a result, as a run reads them; what else there is as the last one's word. */
export async function readAll(
  source: Source,
  { keys }: Question,
  ticket: string,
): Promise<{ readonly pages: readonly SourcePage[]; readonly end: string }> {
  const pages: SourcePage[] = [];
  for (let cursor: string | null = null; ;) {
    const reply = await source.read({ ticket, cursor, keys }, never());
    if (reply.state === 'later' || reply.state === 'gone') return { pages, end: reply.reason };
    for await (const page of reply.state === 'pages' ? reply.pages : [reply]) pages.push(page);
    const next = pages.at(-1)?.nextCursor;
    if (next === undefined) return { pages, end: 'done' };
    cursor = next;
  }
}

export type Row = Readonly<Record<string, string | number | null>>;

export function rowsIn(pages: readonly SourcePage[]): readonly Row[] {
  return pages.flatMap(({ body }) => (JSON.parse(Buffer.from(body).toString()) as { data: Row[] }).data);
}
