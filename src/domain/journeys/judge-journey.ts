import type { Dimension, Journey } from './journey.js';
import type { Settings } from './definition/settings.js';
import type { LegRules } from './leg-rules.js';
import type { LegTable } from './legs/leg-table.js';
import type { Named } from './legs/leg.js';
import { isWithinHours } from './definition/opening-hours.js';
import { classifyOutcome, decideOutcome, type JourneyFacts } from './outcome.js';
import { countTransfers, NONE, tallyLegs, type LegChain } from './tally-legs.js';

export interface JudgeOptions {
  readonly settings: Settings;
  /** Legs that begin later have not been read: a journey whose horizon ends later is not final. */
  readonly readUntilMs: number;
  /** An instant moved so that UTC shows what the clocks of the zone show; only opening hours need it. */
  readonly localOf: (instantMs: number, timeZone: string) => number;
}

/** Makes the journey of a root. */
export function createJudge(
  legs: LegTable,
  rules: LegRules,
  chain: LegChain,
  { settings, readUntilMs, localOf }: JudgeOptions,
): (root: number) => Journey {
  const { hours } = settings;
  const isOpen = (at: number): boolean => hours === 'all' || isWithinHours(hours, localOf(at, hours.timeZone));
  const name = (dimension: Dimension, row: number): Named =>
    legs.pools[dimension].name(row === NONE ? 0 : legs.nameNumber(dimension, row));

  return (root) => {
    const tally = tallyLegs(legs, rules, chain, root);
    const startMs = legs.start(root);
    const facts: JourneyFacts = {
      isOutbound: legs.has(root, 'outbound'),
      isWithinHours: isOpen(startMs),
      isQueued: tally.firstQueued !== NONE,
      isAnswered: tally.steps > 0,
      isMarked: tally.isMarked,
      callback: tally.callback,
      last: lastFacts(legs, rules, tally.last),
    };
    const outcome = decideOutcome(facts);
    return {
      journeyId: legs.contacts.text(root),
      startMs,
      endMs: tally.endMs,
      outcome,
      outcomeClass: classifyOutcome(outcome, settings),
      isFinal: startMs + rules.horizonMs(root) <= readUntilMs,
      isQueued: facts.isQueued,
      isAnswered: facts.isAnswered,
      isAbandoned: facts.isQueued && !facts.isAnswered && facts.last?.isAbandoned === true,
      isEscalated: rules.isSelfService(root) && (facts.isAnswered || facts.callback === 'reached'),
      legs: tally.legs,
      steps: tally.steps,
      transfers: countTransfers(legs, rules, chain, root, tally.firstAnswered),
      waitMs: tally.waitMs,
      talkMs: tally.talkMs,
      channel: name('channel', root),
      queue: name('queue', tally.firstQueued),
      campaign: name('campaign', tally.firstQueued),
      team: name('team', tally.lastAnswered),
      entryPoint: name('entryPoint', root),
    };
  };
}

function lastFacts(legs: LegTable, rules: LegRules, row: number): JourneyFacts['last'] {
  if (row === NONE) return undefined;
  return { kind: rules.kind(row), isAbandoned: legs.has(row, 'abandoned'), isShort: rules.isShort(row) };
}
