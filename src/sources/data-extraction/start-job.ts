import type { SourceQuery } from '../../contract/request/request.js';
import type { Ambient, Later } from '../../ports/index.js';
import { later } from '../analytics/result-answer.js';
import { dayIn } from '../csv/local-time.js';
import type { CsvMapping } from '../csv/mapping.js';
import { CircuitOpen, CxoneError } from '../http/errors.js';
import type { HttpAnswer } from '../http/http.js';
import { statusFailure } from '../http/status-failure.js';
import type { ReportingClient } from '../reporting/client.js';
import { isAnyRunning, jobIdIn } from './jobs.js';

export const JOBS_PATH = 'data-extraction/v1/jobs';

/** Refusals with no job running, at least {@link Starter.gapMs} twice apart, before they are taken for a missing right. */
const REFUSALS_AT_MOST = 3;
/** Submissions whose refusals are remembered. */
const REMEMBERED = 1_000;

const RIGHTS: Readonly<Record<string, string>> = {
  'qm-workflows': 'QM Tools > Data Extraction APIs > QM Workflow API',
  'recording-interaction-metadata': 'Search & Playback > APIs > Extract Interaction Metadata',
  'wfm-payroll': 'WFM > Data Extraction APIs > WFM Payroll API',
};

/** What to do about a 403. */
export function rightFor(entity: string): string {
  const right = RIGHTS[entity];
  return right === undefined
    ? `give the user of the access key the right to extract ${entity}`
    : `give the user of the access key the right "${right}"`;
}

interface Starter {
  readonly org: string;
  readonly entity: string;
  readonly version: string;
  readonly mapping: CsvMapping;
  readonly gapMs: number;
  readonly client: ReportingClient;
  readonly ambient: Ambient;
  /** 403s with no job running, by what was to be submitted; in the memory of this process. */
  readonly refusals: Map<string, number>;
}

interface Job {
  readonly query: SourceQuery;
  readonly idempotencyKey: string;
}

/**
 * Starts a job where none runs, and answers with its id. The gate of all workers keeps POSTs apart, and one at a time. CXone has one job a tenant, and says 403 both to a second one
 * and to a missing right. Of a POST whose answer was lost nothing is taken over: while its job runs nobody's turn comes.
 */
export async function startJob(starter: Starter, job: Job, signal: AbortSignal): Promise<string | Later> {
  const free = await isFree(starter, signal);
  if (free !== true) return free;
  const { client } = starter;
  const body = questionOf(starter, job.query);
  const answer = await client.send({ operation: 'submit', method: 'POST', path: JOBS_PATH, body }, signal);
  return readStart(starter, job, answer, signal);
}

async function readStart(
  starter: Starter,
  { idempotencyKey }: Job,
  answer: HttpAnswer,
  signal: AbortSignal,
): Promise<string | Later> {
  const { refusals, gapMs, client, entity } = starter;
  switch (answer.status) {
    case 202:
      refusals.delete(idempotencyKey);
      return jobIdIn(answer);
    case 429:
      return later('rate limited', answer);
    case 503:
      return later('unavailable', answer);
    case 403: {
      const free = await isFree(starter, signal);
      if (free !== true) return free;
      const refused = (refusals.get(idempotencyKey) ?? 0) + 1;
      refusals.set(idempotencyKey, refused);
      forgetOldest(refusals);
      if (refused <= REFUSALS_AT_MOST) return notYet(2 * gapMs);
      refusals.delete(idempotencyKey);
    }
  }
  throw statusFailure(answer, 'submit', { reason: (each) => client.reason(each), right: rightFor(entity) });
}

/** Runs that ended meanwhile leave theirs behind. */
function forgetOldest(refusals: Map<string, number>): void {
  const [oldest] = refusals.keys();
  if (refusals.size > REMEMBERED && oldest !== undefined) refusals.delete(oldest);
}

/** Whether no job of the tenant runs, as far as its list says. It sends no job, so no failure of it leaves one behind. */
async function isFree({ client, gapMs, entity }: Starter, signal: AbortSignal): Promise<true | Later> {
  try {
    const answer = await client.send({ operation: 'poll', method: 'GET', path: JOBS_PATH }, signal);
    if (answer.status === 429) return later('rate limited', answer);
    if (answer.status === 503) return later('unavailable', answer);
    if (answer.status !== 200) {
      throw statusFailure(answer, 'poll', { reason: (each) => client.reason(each), right: rightFor(entity) });
    }
    return isAnyRunning(answer) ? notYet(gapMs) : true;
  } catch (error) {
    if (!(error instanceof CxoneError) || error instanceof CircuitOpen || error.details.operation === 'token')
      throw error;
    throw new CxoneError(error.failureType, error.message, { ...error.details, operation: 'submit', effect: 'none' });
  }
}

function notYet(waitMs: number): Later {
  return later('waiting for its turn', { retryAfterMs: Math.max(1_000, waitMs) });
}

/**
 * Days alone, all texts. Neither the zone of the filter nor whether the last day is in it is known: the days hold the
 * window by either reading, and what is too much is left out by the rows' own dates.
 */
function questionOf({ entity, version, mapping, ambient }: Starter, { dateFrom, dateTo }: SourceQuery): object {
  const [fromMs, toMs] = [Date.parse(dateFrom), Date.parse(dateTo)];
  const days = (ms: number): string[] => [dayIn('UTC', ms), dayIn(mapping.timeZone, ms)].sort();
  const [startDate = ''] = days(fromMs);
  // A day that has not begun anywhere holds nothing, and may be refused.
  const endDate = days(Math.max(fromMs, Math.min(toMs, ambient.now()))).at(-1) ?? '';
  return { entityName: entity, version, startDate, endDate };
}
