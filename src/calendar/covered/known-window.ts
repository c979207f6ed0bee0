import type { WindowFacts } from '../../ports/index.js';
import type { WindowState } from '../../contract/closed-sets.js';

/** Whether the destination has figures of it. */
export function isCovered({ revision }: Pick<WindowFacts, 'revision'>): boolean {
  return revision !== null;
}

/** A run that somebody cancelled says nothing of its window: it is as if nobody had asked. */
export function saysSomething({ revision, outcome }: Pick<WindowFacts, 'revision' | 'outcome'>): boolean {
  return revision !== null || outcome !== 'cancelled';
}

/** What a window is by itself, whatever others cover it. */
export function stateOfWindow(window: WindowFacts): WindowState {
  const { revision, newestRevision, corrections, reading, rows, outcome } = window;
  if (revision === null) return uncoveredState(outcome);
  if (newestRevision !== null && newestRevision > revision && outcome !== null) return 'undelivered';
  if (reading === 'not-at-source' || reading === 'provisional') return reading;
  if (rows === 0) return 'empty';
  return corrections > 0 ? 'corrected' : 'delivered';
}

function uncoveredState(outcome: WindowFacts['outcome']): WindowState {
  if (outcome === null) return 'running';
  return outcome === 'failed' || outcome === 'terminated' || outcome === 'timed-out' ? 'failed' : 'undelivered';
}

const UNCOVERED_RANK: readonly WindowState[] = ['running', 'undelivered', 'failed'];

/** Of two windows that share time the one that counts there: figures before none, then the one that was claimed later. */
export function outranks(one: WindowFacts, other: WindowFacts): boolean {
  if (isCovered(one) !== isCovered(other)) return isCovered(one);
  const [mine, theirs] = isCovered(one) ? [one.claimedAtMs ?? 0, other.claimedAtMs ?? 0] : [rank(other), rank(one)];
  return mine === theirs ? one.deliveryId > other.deliveryId : mine > theirs;
}

function rank(window: WindowFacts): number {
  return UNCOVERED_RANK.indexOf(stateOfWindow(window));
}
