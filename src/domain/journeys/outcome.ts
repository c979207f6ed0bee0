import type { Settings } from './definition/settings.js';

export type OutcomeClass = 'completed' | 'dropped' | 'unresolved' | 'excluded';

/** What became of a journey. `excluded` outcomes are no journeys started. */
export type Outcome = (typeof OUTCOMES)[number]['outcome'];

/** Every outcome in a sentence, in the order in which they are looked for: the first that holds counts. */
export const OUTCOMES = [
  { outcome: 'outbound', sentence: 'The root is outbound: no journey of a customer.' },
  { outcome: 'outside-hours', sentence: 'The root begins outside the opening hours of the definition.' },
  { outcome: 'contained', sentence: 'Nobody was reached, no leg was queued, and a marker of self-service holds.' },
  { outcome: 'voicemail', sentence: 'The last leg is a voicemail.' },
  { outcome: 'dropped-after-transfer', sentence: 'The customer left in the last leg, after an agent was reached.' },
  { outcome: 'short-abandon', sentence: 'The customer left in the last leg so early that it is a short abandon.' },
  { outcome: 'dropped-in-queue', sentence: 'The customer left in the last leg, after waiting in a queue.' },
  { outcome: 'dropped-before-queue', sentence: 'The customer left in the last leg, before any queue.' },
  { outcome: 'handled', sentence: 'An agent answered, and the last leg neither was left nor is a callback.' },
  { outcome: 'callback-reached', sentence: 'A callback was made, and the agent talked for long enough.' },
  { outcome: 'callback-not-reached', sentence: 'A callback was tried, but no try was long enough.' },
  { outcome: 'callback-pending', sentence: 'A callback was asked for, and no agent has tried it.' },
  { outcome: 'unresolved', sentence: 'None of these: an end in self-service without a marker, or a refused leg.' },
] as const;

/** What the outcome is decided from. Only legs that decide are looked at: inbound, with the customer, not set aside. */
export interface JourneyFacts {
  readonly isOutbound: boolean;
  readonly isWithinHours: boolean;
  readonly isQueued: boolean;
  /** An agent's talk on a leg that is neither a callback nor a voicemail. */
  readonly isAnswered: boolean;
  /** A leg carries a marker of self-service. */
  readonly isMarked: boolean;
  readonly callback: 'none' | 'pending' | 'not-reached' | 'reached';
  /** The leg whose talk ends last; of several the one with the larger contact id. */
  readonly last:
    | { readonly kind: 'contact' | 'callback' | 'voicemail'; readonly isAbandoned: boolean; readonly isShort: boolean }
    | undefined;
}

export function decideOutcome(facts: JourneyFacts): Outcome {
  const { isAnswered, isQueued, callback, last } = facts;
  if (facts.isOutbound) return 'outbound';
  if (!facts.isWithinHours) return 'outside-hours';
  // Before the drops: a customer who was served by a menu hangs up, too.
  if (facts.isMarked && !isAnswered && !isQueued && callback === 'none') return 'contained';
  if (last?.kind === 'voicemail') return 'voicemail';
  if (last?.kind === 'contact' && last.isAbandoned) {
    if (isAnswered || callback === 'reached') return 'dropped-after-transfer';
    if (last.isShort) return 'short-abandon';
    return isQueued ? 'dropped-in-queue' : 'dropped-before-queue';
  }
  if (isAnswered && last?.kind === 'contact') return 'handled';
  return callback === 'none' ? 'unresolved' : `callback-${callback}`;
}

export function classifyOutcome(outcome: Outcome, settings: Settings): OutcomeClass {
  switch (outcome) {
    case 'outbound':
    case 'outside-hours':
      return 'excluded';
    case 'short-abandon':
      return settings.shortAbandons === 'exclude' ? 'excluded' : 'dropped';
    case 'contained':
    case 'handled':
    case 'callback-reached':
      return 'completed';
    case 'dropped-after-transfer':
    case 'dropped-in-queue':
    case 'dropped-before-queue':
      return 'dropped';
    case 'callback-not-reached':
      return settings.callback.notReached;
    case 'voicemail':
      return settings.voicemail.counts;
    case 'callback-pending':
    case 'unresolved':
      return 'unresolved';
  }
}
