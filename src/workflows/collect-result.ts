import { isCancellation } from '@temporalio/workflow';
import type { PollAnswer } from '../activities/poll-result.js';
import type { DatasetRef } from '../contract/dataset.js';
import type { RunPlan } from '../contract/run.js';
import { nextPollDelayMs } from '../domain/poll-cadence.js';
import { fail, failureOf } from './failure-of.js';
import { pollProfile, REQUEST, TRANSFER } from './profiles.js';
import { step, type Run } from './run.js';

/** Where a run stands with the source; carried through continue-as-new. Times are milliseconds of workflow time. */
export interface SourceState {
  deadlineAtMs?: number;
  tokenRefreshAtMs?: number;
  submission?: { readonly location: string; readonly atMs: number };
  /** 1, 2, 3: a query that is gone is submitted anew. */
  generation: number;
  /** Results that could not be trusted so far: each next reading starts from nothing. */
  defects: number;
  /** The first page is stored: fetch the others. */
  collecting: boolean;
}

export const SOURCE_AT_START: SourceState = { generation: 1, defects: 0, collecting: false };

const GENERATIONS = 3;
const READINGS = 3;

/** Submits the query, waits for its result by durable timers, and brings every page into the dataset store. */
export async function collectResult(run: Run, plan: RunPlan, source: SourceState): Promise<DatasetRef> {
  source.deadlineAtMs ??= Date.now() + plan.deadlineMs;
  for (;;) {
    await run.continueIfSuggested();
    await authorise(run, plan, source);
    if (source.submission === undefined) {
      await submit(run, plan, source);
      continue;
    }
    const answer = await poll(run, plan, source, source.submission);
    switch (answer.state) {
      case 'complete':
        return answer.dataset;
      case 'more':
        source.collecting = true;
        break;
      case 'later':
        await pause(run, source, answer.reason, answer.retryAfterMs);
        break;
      case 'gone':
        submitAnew(source, answer.reason);
        break;
      case 'defective':
        readAnew(source, answer);
        await pause(run, source, answer.message);
    }
  }
}

async function authorise(run: Run, plan: RunPlan, source: SourceState): Promise<void> {
  if (source.tokenRefreshAtMs !== undefined && Date.now() < source.tokenRefreshAtMs) return;
  if (source.tokenRefreshAtMs === undefined) run.report({ phase: 'authorising' });
  const token = await step(REQUEST, `token for ${plan.org}`).fetchToken({ org: plan.org });
  source.tokenRefreshAtMs = Date.now() + token.refreshInMs;
}

async function submit(run: Run, plan: RunPlan, source: SourceState): Promise<void> {
  const { runKey, org, query } = plan;
  const { generation } = source;
  run.report({ phase: 'submitting' });
  const summary = generation === 1 ? 'submit' : `submit again (generation ${generation})`;
  const answer = await step(REQUEST, summary).submitQuery({ runKey, org, query, generation });
  if (answer.state === 'submitted') {
    source.submission = { location: answer.location, atMs: Date.now() };
    run.report({ phase: 'waiting' });
  }
  await pause(
    run,
    source,
    answer.state === 'later' ? answer.reason : 'running',
    answer.state === 'later' ? answer.retryAfterMs : undefined,
  );
}

async function poll(
  run: Run,
  plan: RunPlan,
  source: SourceState,
  { location, atMs }: NonNullable<SourceState['submission']>,
): Promise<PollAnswer> {
  const { generation, defects: take, collecting: collect } = source;
  const polls = run.progress.polls + 1;
  run.report(collect ? { phase: 'fetching' } : { phase: 'waiting', polls });
  const profile = collect ? TRANSFER : pollProfile((source.deadlineAtMs ?? 0) - Date.now());
  const input = {
    take: { runKey: plan.runKey, generation, take },
    org: plan.org,
    location,
    keys: { metrics: plan.query.metric, dimensions: plan.query.dimension },
    ageMs: Date.now() - atMs,
    collect,
  };
  let answer: PollAnswer;
  try {
    answer = await step(profile, collect ? 'fetch pages' : `poll ${polls}`).pollResult(input);
  } catch (error) {
    throw deadlineOr(error, source, polls);
  }
  if (answer.state === 'more') run.report({ pages: answer.pages, rows: answer.rows });
  if (answer.state === 'complete') run.report({ pages: answer.dataset.pages, rows: answer.dataset.rows });
  return answer;
}

/** A last poll that never ended says nothing of its own: then it is the deadline that ended the run. */
function deadlineOr(error: unknown, { deadlineAtMs = Infinity, collecting }: SourceState, polls: number): unknown {
  const silent = !isCancellation(error) && failureOf(error).type === 'ActivityTimedOut';
  if (collecting || !silent || Date.now() < deadlineAtMs) return error;
  return fail(
    'QueryDeadlineExceeded',
    `no result within the deadline after ${polls} polls; the last one got no answer`,
  );
}

/** Waits for the next poll, but not past the deadline: there, a last poll is made. */
async function pause(run: Run, source: SourceState, reason: string, retryAfterMs?: number): Promise<void> {
  const now = Date.now();
  const remainingMs = (source.deadlineAtMs ?? 0) - now;
  if (remainingMs <= 0) {
    throw fail(
      'QueryDeadlineExceeded',
      `no result within the deadline after ${run.progress.polls} polls; last: ${reason}`,
    );
  }
  const wish = nextPollDelayMs(now - (source.submission?.atMs ?? now), retryAfterMs);
  await run.wait({ ms: Math.min(wish, remainingMs), reason, wakeable: true });
}

function submitAnew(source: SourceState, reason: string): void {
  if (source.generation >= GENERATIONS) {
    throw fail('QueryExpired', `the query was gone ${GENERATIONS} times (last: ${reason})`);
  }
  source.generation += 1;
  source.collecting = false;
  delete source.submission;
}

function readAnew(source: SourceState, { type, message, capped }: Extract<PollAnswer, { state: 'defective' }>): void {
  source.defects += 1;
  source.collecting = false;
  if (source.defects >= READINGS) throw fail(type, `${message} (read ${READINGS} times)`, { capped: capped ?? false });
}
