import type { RunPlan } from '../../contract/run.js';
import { nextPollDelayMs } from '../../domain/poll-cadence.js';
import { priorityOf } from '../requester.js';
import { fail } from '../typed-failure.js';
import type { Deadline } from './deadline.js';
import { step, type Run } from './run.js';
import { placeOf, type SourceState } from './source-state.js';

const TURN_MOST_MS = 7 * 86_400_000;
const TURN_LOOK_MS = 10_000;

export interface Collecting {
  readonly run: Run;
  readonly plan: RunPlan;
  readonly source: SourceState;
  readonly deadline: Deadline;
}

export async function submit(collecting: Collecting): Promise<void> {
  const { run, plan, source, deadline } = collecting;
  const { runKey, query } = plan;
  const { generation } = source;
  deadline.refuseSubmission('no further query is submitted');
  run.asking();
  run.report({ phase: 'submitting' });
  const summary = generation === 1 ? 'submit' : `submit again (generation ${generation})`;
  source.submitting = true;
  const input = { ...placeOf(plan), runKey, query, generation, priority: priorityOf() };
  const answer = await deadline.ask((profile) => step(profile, summary).submitQuery(input));
  delete source.submitting;
  if (answer.state === 'later' && answer.ahead !== undefined)
    return awaitTurn(collecting, answer.ahead, answer.retryAfterMs);
  if (plan.source.gated) source.turn = 'had';
  if (answer.state === 'later') {
    await pause(collecting, answer.reason, answer.retryAfterMs);
    deadline.refuseSubmission(`last: ${answer.reason}`);
    return;
  }
  const { ticket, queryId, retryAfterMs } = answer;
  source.submission = { ticket, queryId, atMs: Date.now() };
  run.report({ phase: 'waiting' });
  await pause(collecting, 'running', retryAfterMs);
}

/** Its turn has not come. Until it does for the first time, the run's deadline waits, too. */
async function awaitTurn(
  { run, plan, source, deadline }: Collecting,
  ahead: number,
  lookInMs = TURN_LOOK_MS,
): Promise<void> {
  const reason = `waiting for its turn (${ahead} ahead)`;
  const isFirst = source.turn !== 'had';
  const now = Date.now();
  if (isFirst) source.turn ??= { sinceMs: now };
  const leftMs = typeof source.turn === 'object' ? source.turn.sinceMs + TURN_MOST_MS - now : deadline.remainingMs;
  if (leftMs <= 0) {
    throw isFirst
      ? fail('NoTurn', `its turn did not come in 7 days (${ahead} ahead)`)
      : deadline.exceeded(`last: ${reason}`);
  }
  await run.wait({ ms: Math.min(lookInMs, leftMs), reason, wakeable: true });
  if (isFirst) source.deadlineAtMs = Date.now() + plan.deadlineMs;
}

/** Waits for the next poll, but not past the deadline: there, a last poll is made. */
export async function pause(
  { run, source, deadline }: Collecting,
  reason: string,
  retryAfterMs?: number,
): Promise<void> {
  const { remainingMs } = deadline;
  if (remainingMs <= 0) throw deadline.exceeded(`last: ${reason}`);
  const now = Date.now();
  const wish = nextPollDelayMs(now - (source.submission?.atMs ?? now), retryAfterMs);
  await run.wait({ ms: Math.min(wish, remainingMs), reason, wakeable: true });
}
