import type { LegRules } from './leg-rules.js';
import type { LegTable } from './legs/leg-table.js';
import type { JourneyFacts } from './outcome.js';

export const NONE = -1;

/** Rows of one journey's legs, in no order: from one row to the next, -1 behind the last. */
export interface LegChain {
  first(root: number): number;
  next(row: number): number;
}

/** What one walk over the legs finds; rows are -1 for none. A million journeys are walked, so no lists are made. */
export class LegTally {
  legs = 0;
  endMs = 0;
  waitMs = 0;
  talkMs = 0;
  steps = 0;
  last = NONE;
  firstQueued = NONE;
  firstAnswered = NONE;
  lastAnswered = NONE;
  isMarked = false;
  callback: JourneyFacts['callback'] = 'none';
}

export function tallyLegs(legs: LegTable, rules: LegRules, chain: LegChain, root: number): LegTally {
  const tally = new LegTally();
  for (let row = chain.first(root); row !== NONE; row = chain.next(row)) {
    tally.legs += 1;
    tally.endMs = Math.max(tally.endMs, legs.end(row));
    if (!rules.decides(row)) continue;
    tally.waitMs += legs.queueMs(row);
    tally.last = endingLast(legs, tally.last, row);
    tally.isMarked ||= rules.isMarked(row);
    if (rules.isQueued(row)) tally.firstQueued = beginningFirst(legs, tally.firstQueued, row);
    if (rules.isReachedCallback(row)) tally.talkMs += legs.agentMs(row);
    if (rules.kind(row) === 'callback') tally.callback = furtherCallback(legs, rules, tally.callback, row);
    if (!rules.isAnswered(row)) continue;
    tally.steps += 1;
    tally.talkMs += legs.agentMs(row);
    tally.firstAnswered = beginningFirst(legs, tally.firstAnswered, row);
    tally.lastAnswered = endingLast(legs, tally.lastAnswered, row);
  }
  return tally;
}

/** Of several tries the one that came furthest counts. */
function furtherCallback(
  legs: LegTable,
  rules: LegRules,
  before: JourneyFacts['callback'],
  row: number,
): JourneyFacts['callback'] {
  if (before === 'reached' || rules.isReachedCallback(row)) return 'reached';
  return before === 'not-reached' || legs.agentMs(row) > 0 || legs.has(row, 'abandoned') ? 'not-reached' : 'pending';
}

/** Legs to which the customer was moved on: they began after the first answered one, and an agent took them. */
export function countTransfers(
  legs: LegTable,
  rules: LegRules,
  chain: LegChain,
  root: number,
  answered: number,
): number {
  if (answered === NONE) return 0;
  let transfers = 0;
  for (let row = chain.first(root); row !== NONE; row = chain.next(row)) {
    if (!isBefore(legs, answered, row) || !rules.decides(row)) continue;
    if (rules.kind(row) === 'contact' && !legs.has(row, 'refused')) transfers += 1;
  }
  return transfers;
}

/** By start; at the same instant the smaller contact id is before the larger one. */
function isBefore(legs: LegTable, one: number, other: number): boolean {
  const [start, than] = [legs.start(one), legs.start(other)];
  return start === than ? legs.contacts.isLarger(other, one) : start < than;
}

function beginningFirst(legs: LegTable, first: number, row: number): number {
  return first === NONE || isBefore(legs, row, first) ? row : first;
}

/** By end of talk; at the same instant the larger contact id ends last. */
function endingLast(legs: LegTable, last: number, row: number): number {
  if (last === NONE) return row;
  const [end, than] = [legs.end(row), legs.end(last)];
  return end > than || (end === than && legs.contacts.isLarger(row, last)) ? row : last;
}
