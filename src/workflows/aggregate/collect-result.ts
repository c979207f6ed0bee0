import type { PollAnswer } from '../../activities/aggregate/query/poll-result.js';
import type { DatasetRef } from '../../contract/result/dataset.js';
import type { RunPlan } from '../../contract/run.js';
import { deadlineAt } from './deadline.js';
import { pause, submit, type Collecting } from './submit.js';
import { fail } from '../typed-failure.js';
import { TRANSFER } from '../profiles.js';
import { step, type Run } from './run.js';
import { keysOf, placeOf, type SourceState } from './source-state.js';

const GENERATIONS = 3;
const READINGS = 3;

/** Submits the query, waits for its result by durable timers, and brings every page into the dataset store. */
export async function collectResult(run: Run, plan: RunPlan, source: SourceState): Promise<DatasetRef> {
  source.deadlineAtMs ??= Date.now() + plan.deadlineMs;
  const deadline = deadlineAt({
    instantMs: () => source.deadlineAtMs ?? 0,
    polls: () => run.progress.polls,
    seenRunning: () => source.seenRunning ?? false,
  });
  const collecting = { run, plan, source, deadline };
  for (;;) {
    await run.continueIfSuggested();
    await authorise(collecting);
    if (source.submission === undefined) {
      await submit(collecting);
      continue;
    }
    const answer = await poll(collecting, source.submission);
    switch (answer.state) {
      case 'complete':
        return answer.dataset;
      case 'more':
        source.collecting = true;
        break;
      case 'later':
        learnName(source, answer.queryId);
        if (answer.reason === 'running') source.seenRunning = true;
        await pause(collecting, answer.reason, answer.retryAfterMs);
        break;
      case 'gone':
        submitAgain(collecting, answer.reason);
        break;
      case 'defective':
        readAgain(source, answer);
        await pause(collecting, answer.message);
    }
  }
}

async function authorise({ run, plan, source, deadline }: Collecting): Promise<void> {
  if (source.tokenRefreshAtMs !== undefined && Date.now() < source.tokenRefreshAtMs) return;
  if (source.tokenRefreshAtMs === undefined) run.report({ phase: 'authorising' });
  const place = placeOf(plan);
  const token = await deadline.ask((profile) => step(profile, `token for ${place.org}`).fetchToken(place));
  source.tokenRefreshAtMs = Date.now() + token.refreshInMs;
  if (token.credential !== undefined) source.credential = token.credential;
}

async function poll(
  { run, plan, source, deadline }: Collecting,
  { ticket, queryId, atMs }: NonNullable<SourceState['submission']>,
): Promise<PollAnswer> {
  const { generation, defects: take, collecting: collect } = source;
  const polls = run.progress.polls + 1;
  run.asking();
  run.report(collect ? { phase: 'fetching' } : { phase: 'waiting', polls });
  const input = {
    take: { runKey: plan.runKey, generation, take },
    ...placeOf(plan),
    ticket,
    queryId,
    keys: keysOf(plan),
    ageMs: Date.now() - atMs,
    collect,
    lastReading: take >= READINGS - 1,
  };
  const answer = collect
    ? await step(TRANSFER, 'fetch pages').pollResult(input)
    : await deadline.ask((profile) => step(profile, `poll ${polls}`).pollResult(input));
  if (answer.state === 'more') run.report({ pages: answer.pages, rows: answer.rows });
  if (answer.state === 'complete') run.report({ pages: answer.dataset.pages, rows: answer.dataset.rows });
  return answer;
}

/** The first name stands: a page of another one is not the run's own. */
function learnName(source: SourceState, queryId: string | undefined): void {
  const { submission } = source;
  if (submission?.queryId === null && queryId !== undefined) source.submission = { ...submission, queryId };
}

function submitAgain({ plan, source, deadline }: Collecting, reason: string): void {
  const { generation } = source;
  const most = plan.source.askAgain === 'once' ? 2 : GENERATIONS;
  if (!plan.source.askAgain || generation >= most) {
    const times = generation === 1 ? 'and may not be asked again' : `${generation} times`;
    throw fail('QueryExpired', `the query was gone ${times} (last: ${reason})`);
  }
  deadline.refuseSubmission(`last: the query was gone (${reason})`);
  source.generation += 1;
  source.collecting = false;
  source.seenRunning = false;
  delete source.submission;
}

function readAgain(source: SourceState, { type, message, capped }: Extract<PollAnswer, { state: 'defective' }>): void {
  source.defects += 1;
  source.collecting = false;
  if (source.defects >= READINGS) throw fail(type, `${message} (read ${READINGS} times)`, { capped: capped ?? false });
}
