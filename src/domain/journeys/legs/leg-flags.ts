import type { Leg } from './leg.js';

/** What is true of a leg or not, a bit each. */
export const FLAGS = {
  outbound: 1,
  abandoned: 2,
  shortAbandon: 4,
  refused: 8,
  agent: 16,
  callback: 32,
  /** Between agents: the customer is in another leg. */
  aside: 64,
  moved: 128,
} as const;

export type LegFlag = keyof typeof FLAGS;

export function flagsOf(leg: Leg): number {
  const isAside = leg.transfer === 'consult' || leg.transfer === 'conference';
  return (
    (leg.isOutbound ? FLAGS.outbound : 0) |
    (leg.isAbandoned ? FLAGS.abandoned : 0) |
    (leg.isShortAbandon ? FLAGS.shortAbandon : 0) |
    (leg.isRefused ? FLAGS.refused : 0) |
    (leg.agentId !== null ? FLAGS.agent : 0) |
    (leg.callbackSeconds > 0 ? FLAGS.callback : 0) |
    (isAside ? FLAGS.aside : 0) |
    (leg.transfer !== 'none' ? FLAGS.moved : 0)
  );
}
