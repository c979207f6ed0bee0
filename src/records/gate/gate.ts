import type { AbandonedQuery, Gate, Turn, TurnKey } from '../../ports/index.js';
import type { Database, Query } from '../postgres/database.js';
import * as sql from './gate-sql.js';
import { lookAgainIn } from './turn.js';

const NO_POLL_MS = 0;

type Ask = Parameters<Gate['ask']>[0];

/** Slots, gap and queue of each organisation. Every step that takes or frees a slot holds the organisation's row. */
export function turnGate(database: Database): Gate {
  const locked = <T>(step: string, org: string, signal: AbortSignal, work: (query: Query) => Promise<T>): Promise<T> =>
    database.transaction(step, signal, async (query) => {
      await query(sql.ADD_ORG, [org]);
      await query(sql.LOCK_ORG, [org]);
      return await work(query);
    });
  return {
    ask: (turn, signal) => locked('asking for a turn', turn.org, signal, (query) => ask(query, turn)),
    posted: (turn, nextPollMs, signal) =>
      locked('noting a submission', turn.org, signal, async (query) => {
        await query(sql.GIVE_UP_POST, [turn.runKey, turn.org]);
        await hold(query, turn, nextPollMs, false);
      }),
    renew: (turn, nextPollMs, signal) =>
      database.run('keeping a slot', signal, (query) => hold(query, turn, nextPollMs, false)),
    end: ({ runKey, org, generation }, ended, signal) =>
      locked('freeing a slot', org, signal, async (query) => {
        await query(sql.GIVE_UP_POST, [runKey, org]);
        await query(sql.LEAVE_QUEUE, [runKey]);
        const kept = ended ? [] : await query(sql.ABANDON, [runKey, generation]);
        if (kept.length === 0) await query(sql.FREE, [runKey]);
      }),
  };
}

async function ask(query: Query, turn: Ask): Promise<Turn> {
  const { org, runKey, source, limits } = turn;
  await query(sql.DROP_OVERDUE, [org]);
  // A holder that asks again gave its last submission up, however its worker ended.
  await query(sql.GIVE_UP_POST, [runKey, org]);
  const [held] = await query(sql.FREE_LAPSED, [runKey]);
  if (held === undefined) await query(sql.WAIT, [runKey, org, turn.priority]);
  const queue = await readQueue(query, turn, held !== undefined);
  const lookInMs = lookAgainIn({ ...queue, slots: held ? null : (limits.queriesAtOnce ?? null) });
  if (lookInMs === undefined) {
    await query(sql.LEAVE_QUEUE, [runKey]);
    await hold(query, turn, NO_POLL_MS, true);
    return { state: 'granted' };
  }
  if (held) await hold(query, turn, lookInMs, false);
  else await query(sql.NEXT_LOOK, [runKey, lookInMs]);
  const [abandoned] = await query<AbandonedRow>(sql.LOOK_AT_ABANDONED, [org, source]);
  return { state: 'wait', ahead: queue.ahead, lookInMs, ...(abandoned && { abandoned: abandonedOf(abandoned) }) };
}

interface AbandonedRow {
  readonly run_key: string;
  readonly generation: number;
}

function abandonedOf({ run_key: runKey, generation }: AbandonedRow): AbandonedQuery {
  return { runKey, generation };
}

interface QueueRow {
  readonly held: number;
  readonly ahead: number;
  readonly ahead_due: number;
  readonly waited_ms: number;
  readonly since_post_ms: number | null;
  readonly posting: boolean;
}

async function readQueue(query: Query, { org, runKey, limits }: Ask, isHeld: boolean) {
  const [row] = await query<QueueRow>(sql.QUEUE, [org, runKey]);
  const { gapMs = 0 } = limits;
  const sinceMs = row?.since_post_ms ?? Infinity;
  return {
    held: row?.held ?? 0,
    ahead: isHeld ? 0 : (row?.ahead ?? 0),
    aheadDue: isHeld ? 0 : (row?.ahead_due ?? 0),
    waitedMs: row?.waited_ms ?? 0,
    gapLeftMs: Math.max(0, gapMs - sinceMs),
    hasGap: gapMs > 0,
    posting: row?.posting === true,
  };
}

async function hold(
  query: Query,
  { runKey, org, source, generation }: TurnKey,
  nextPollMs: number,
  posting: boolean,
): Promise<void> {
  await query(sql.HOLD, [runKey, org, source, generation, nextPollMs, posting]);
}
