import { randomUUID } from 'node:crypto';
import { authoriseCall, jsonText, originOf, spoiltAs } from './api.js';
import type { AuthorisedCall, ReportingCall, ReportingOutcome, ReportingState } from './api.js';
import type { Fault } from '../faults/fault.js';
import { evaluationsCsv } from './csv.js';
import type { Job } from './job-book.js';
import { refuse } from './refusals.js';
import type { ReportingSettings } from './settings.js';

/** Data Extraction: jobs that end in a CSV at an address that needs no token and lives for half a minute. */

const JOBS_PATH = '/data-extraction/v1/jobs';
const RESULT_PATH = '/data-extraction-results/';
const DAY_MS = 86_400_000;

export type JobStatus = 'RUNNING' | ReportingSettings['jobEnds'];

export function answerJobs(state: ReportingState, call: ReportingCall): ReportingOutcome | undefined {
  const { pathname } = call.url;
  if (call.method === 'GET' && pathname.startsWith(RESULT_PATH)) return answerResult(state, call);
  if (pathname !== JOBS_PATH && !pathname.startsWith(`${JOBS_PATH}/`)) return undefined;
  const authorised = authoriseCall(state, call);
  const operation = call.method === 'POST' ? 'job' : 'jobs';
  const spoilt = spoiltAs(state.settings, 'spec');
  if ('refused' in authorised) return { operation, reply: authorised.refused, facts: authorised.facts, spoilt };
  const revokeToken = (): void => {
    state.tokens.revoke(authorised.grant.token);
  };
  const jobId = pathname.slice(JOBS_PATH.length + 1);
  if (call.method === 'POST' && jobId === '') return { ...answerStart(state, authorised), spoilt, revokeToken };
  if (jobId === '') return { ...answerList(state, authorised), spoilt, revokeToken };
  return { ...answerStatus(state, authorised, jobId), revokeToken };
}

function answerStart(state: ReportingState, call: AuthorisedCall): ReportingOutcome {
  const { settings, jobs } = state;
  const operation = 'job';
  const asked = questionIn(call);
  if (asked === undefined) {
    return {
      operation,
      reply: refuse(settings, 'spec', 400, 'Four texts are required, two of them dates'),
      facts: call.facts,
    };
  }
  const facts = { ...call.facts, entity: asked.entity, startDate: asked.startDate, endDate: asked.endDate };
  const mine = jobs.of(call.tenant.org);
  const last = Math.max(...mine.map(({ startedAtMs }) => startedAtMs), -Infinity);
  const busy = mine.some((job) => statusOf(state, job, call.nowMs) === 'RUNNING');
  if (busy || call.nowMs - last < settings.jobGapS * 1_000 || settings.forbidden.includes(asked.entity)) {
    return { operation, reply: refuse(settings, 'gateway', 403, 'Forbidden'), facts };
  }
  const job: Job = { ...asked, id: randomUUID(), org: call.tenant.org, startedAtMs: call.nowMs, polls: 0 };
  return {
    operation,
    reply: jsonText(202, JSON.stringify(job.id)),
    facts: { ...facts, jobId: job.id },
    effect: () => {
      jobs.start(job);
    },
  };
}

function questionIn(call: AuthorisedCall): Pick<Job, 'entity' | 'startDate' | 'endDate'> | undefined {
  const body = documentIn(call);
  const { entityName, version, startDate, endDate } = body;
  const isDate = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
  if (typeof entityName !== 'string' || typeof version !== 'string') return undefined;
  return isDate(startDate) && isDate(endDate) ? { entity: entityName, startDate, endDate } : undefined;
}

function documentIn({ body }: ReportingCall): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body?.toString() ?? '');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** A job runs for as many polls as the settings say, and ends as they say. */
function statusOf({ settings }: ReportingState, job: Job, nowMs: number): JobStatus {
  if (job.polls < settings.jobPolls) return 'RUNNING';
  return nowMs - job.startedAtMs > DAY_MS ? 'EXPIRED' : settings.jobEnds;
}

function answerList(state: ReportingState, call: AuthorisedCall): ReportingOutcome {
  const jobs = state.jobs.of(call.tenant.org).map((job) => ({ id: job.id, status: statusOf(state, job, call.nowMs) }));
  return { operation: 'jobs', reply: { status: 200, body: { jobs } }, facts: { ...call.facts, rows: jobs.length } };
}

function answerStatus(state: ReportingState, call: AuthorisedCall, jobId: string): ReportingOutcome {
  const { settings } = state;
  const operation = 'jobs';
  const facts = { ...call.facts, jobId };
  const job = state.jobs.of(call.tenant.org).find(({ id }) => id === jobId);
  const spoilt = spoiltAs(settings, 'spec');
  if (job === undefined)
    return { operation, reply: refuse(settings, 'spec', 404, 'There is no such job'), facts, spoilt };
  const document = (status: string): object => ({
    jobStatus: { id: jobId, status, ...resultOf(state, call, job, status) },
  });
  return {
    operation,
    subject: jobId,
    reply: { status: 200, body: document(statusOf(state, job, call.nowMs)) },
    facts,
    effect: () => {
      job.polls += 1;
    },
    spoilt: (fault) => (fault.kind === 'query-status' ? { status: 200, body: document(fault.status) } : spoilt(fault)),
  };
}

function resultOf(state: ReportingState, call: AuthorisedCall, job: Job, status: string): object {
  const { settings, jobs } = state;
  if (status === 'FAILED') return { result: { [settings.jobErrorKey]: 'The job was told to fail.' } };
  if (status !== 'SUCCEEDED') return {};
  const key = jobs.sign(job, call.nowMs + settings.resultUrlS * 1_000);
  return { result: { url: `${originOf(call)}${RESULT_PATH}${job.id}.csv?X-Amz-Signature=${key}` } };
}

/** As the object store behind it answers: XML, and no other way to be known than the signature. */
function answerResult(state: ReportingState, call: ReportingCall): ReportingOutcome {
  const { settings, book } = state;
  const xml = (status: number, code: string) => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`,
  });
  const operation = 'csv';
  const spoilt = (fault: Fault) => (fault.kind === 'status' ? xml(fault.status, 'Injected') : undefined);
  if (call.headers.authorization !== undefined) return { operation, reply: xml(400, 'InvalidArgument'), facts: {} };
  const signed = state.jobs.signed(call.url.searchParams.get('X-Amz-Signature') ?? '');
  if (signed === undefined || call.nowMs >= signed.untilMs)
    return { operation, reply: xml(403, 'AccessDenied'), facts: {}, spoilt };
  const { job } = signed;
  const journeys = daysOf(job).flatMap((date) => [...book.journeysOf(date)]);
  const body = evaluationsCsv(journeys, job.org, settings.bom);
  const reply = { status: 200, headers: { 'content-type': 'text/csv' }, body };
  return {
    operation,
    reply,
    facts: { org: job.org, jobId: job.id, entity: job.entity },
    effect: () => undefined,
    spoilt,
  };
}

/** UTC days of a job, both ends in it, fifteen at most. */
function daysOf({ startDate, endDate }: Job): readonly string[] {
  const count = Math.min(15, (Date.parse(endDate) - Date.parse(startDate)) / DAY_MS + 1);
  return Array.from({ length: Math.max(0, count) }, (_, day) =>
    new Date(Date.parse(startDate) + day * DAY_MS).toISOString().slice(0, 10),
  );
}
