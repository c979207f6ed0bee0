import { CxoneError, malformed, type Operation } from '../http/errors.js';
import type { HttpAnswer } from '../http/http.js';
import { isJsonObject, parseJson, parseJsonObject, printable } from '../http/json-body.js';

/** The words of a job, all of them. */
const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED'] as const;
type JobStatus = (typeof STATUSES)[number];

type JobState =
  | { readonly status: 'RUNNING' | 'EXPIRED' }
  /** `url` is signed: it opens the file to anybody, and goes nowhere but into one request. */
  | { readonly status: 'SUCCEEDED'; readonly url: unknown };

const JOB_ID = /^[\w-]{8,100}$/;

/** The id that a 202 carries: one JSON string, or the bare text of it. Anything else leaves a job that nobody can name. */
export function jobIdIn({ body, bodyBroken }: HttpAnswer): string {
  if (bodyBroken === true) {
    const message = 'The answer that names the job broke off; it is counted as a job that nobody waits for.';
    throw new CxoneError('UpstreamUnavailable', message, { operation: 'submit', status: 202, effect: 'unknown' });
  }
  const text = Buffer.from(body).toString('utf8').trim();
  const value = JOB_ID.test(text) ? text : parseJson(body);
  if (typeof value === 'string' && JOB_ID.test(value)) return value;
  throw malformed('submit', 'names no job: expected its id as one text', { status: 202, effect: 'unknown' });
}

/** Whether any job of the tenant runs. */
export function isAnyRunning(answer: HttpAnswer): boolean {
  const { jobs } = parseJsonObject(answer.body, 'submit');
  if (!Array.isArray(jobs)) throw malformed('submit', 'lists no jobs', { status: 200, effect: 'none' });
  return jobs.some((job) => statusIn(isJsonObject(job) ? job['status'] : undefined, 'submit') === 'RUNNING');
}

/** Fails with `QueryFailed` for a job that ended without a result. */
export function jobStateIn(answer: HttpAnswer, hide: (text: string) => string): JobState {
  const { jobStatus } = parseJsonObject(answer.body, 'poll');
  const job = isJsonObject(jobStatus) ? jobStatus : {};
  const status = statusIn(job['status'], 'poll');
  const result = isJsonObject(job['result']) ? job['result'] : {};
  if (status === 'SUCCEEDED') return { status, url: result['url'] };
  if (status === 'RUNNING' || status === 'EXPIRED') return { status };
  // One spelling is documented, the other one is read by clients that were seen to work.
  const reason = [result['errorMessage'], result['messageError']].find(
    (text) => typeof text === 'string' && text.trim() !== '',
  );
  const said = typeof reason === 'string' ? `${status}: ${printable(hide(reason))}` : status;
  throw new CxoneError('QueryFailed', `The job ended at CXone as ${said}.`, { operation: 'poll', status: 200 });
}

function statusIn(word: unknown, operation: Operation): JobStatus {
  const status = STATUSES.find((each) => each === word);
  if (status !== undefined) return status;
  const named = typeof word === 'string' ? `"${printable(word)}"` : `of type ${typeof word}`;
  const what = `names a status that jobs do not have (${named}); known are ${STATUSES.join(', ')}`;
  throw malformed(operation, what, { status: 200, effect: 'none' });
}
