/** `contact-journey/1` once more, out of plain objects and lists, straight from its description. It shares no code. */
import type { Settings } from '../../../src/domain/journeys/definition/settings.js';
import type { Leg } from '../../../src/domain/journeys/legs/leg.js';
import type { Window } from './journeys-fixtures.js';

export type ReferenceJourney = ReturnType<typeof journey>;

const ms = (seconds: number): number => Math.round(seconds * 1_000);
const endOf = (leg: Leg): number => leg.startMs + ms(leg.durationSeconds);
const is = (names: readonly string[], { id, label }: Leg['queue']): boolean =>
  names.some((name) => name === id || name === label);
const idOrder = (one: Leg, other: Leg): number => (BigInt(one.contactId) < BigInt(other.contactId) ? -1 : 1);

function horizonOf(root: Leg, { horizon }: Settings): number {
  const seconds = root.channel.id === '1' ? horizon.email : root.channel.id === '9' ? horizon.digital : horizon.other;
  return seconds * 1_000;
}

/** The root of the journey that a leg is in. */
function rootOf(
  leg: Leg,
  all: ReadonlyMap<string, Leg>,
  settings: Settings,
  below: readonly Leg[] = [],
): Leg | undefined {
  if (leg.masterContactId === leg.contactId) return leg;
  const master = all.get(leg.masterContactId);
  if (master === undefined || below.includes(leg)) return undefined;
  const root = rootOf(master, all, settings, [...below, leg]);
  if (root === undefined || leg.startMs < root.startMs) return undefined;
  return leg.startMs < root.startMs + horizonOf(root, settings) ? root : undefined;
}

export function referenceJourneys(legs: readonly Leg[], settings: Settings, window: Window): ReferenceJourney[] {
  const all = new Map(legs.map((leg) => [leg.contactId, leg]));
  return legs
    .filter((leg) => leg.masterContactId === leg.contactId)
    .filter((root) => root.startMs >= window.fromMs && root.startMs < window.toMs)
    .map((root) =>
      journey(
        root,
        legs.filter((leg) => rootOf(leg, all, settings) === root),
        settings,
        window,
      ),
    );
}

function journey(root: Leg, legs: readonly Leg[], settings: Settings, window: Window) {
  const deciding = legs.filter(
    (leg) =>
      !leg.isOutbound &&
      leg.transfer !== 'consult' &&
      leg.transfer !== 'conference' &&
      !is(settings.neverDecides.queues, leg.queue) &&
      !is(settings.neverDecides.entryPoints, leg.entryPoint),
  );
  const isVoicemail = (leg: Leg): boolean => leg.channel.id === '5' || is(settings.voicemail.queues, leg.queue);
  const isCallback = (leg: Leg): boolean =>
    !isVoicemail(leg) && (leg.callbackSeconds > 0 || is(settings.callback.queues, leg.queue));
  const talked = (leg: Leg, least: number): boolean =>
    leg.agentId !== null && !leg.isRefused && leg.agentSeconds > 0 && leg.agentSeconds >= least;
  const inTime = [...deciding].sort((one, other) => one.startMs - other.startMs || idOrder(one, other));
  const inEnd = [...deciding].sort((one, other) => endOf(one) - endOf(other) || idOrder(one, other));
  const answered = (leg: Leg): boolean => !isVoicemail(leg) && !isCallback(leg) && talked(leg, settings.minTalk);
  const queued = (leg: Leg): boolean => leg.queueSeconds > 0 || answered(leg);
  const last = inEnd.at(-1);
  const firstQueued = inTime.find(queued);
  const callbacks = deciding.filter(isCallback);
  const reached = callbacks.some((leg) => talked(leg, settings.callback.minTalk) && !leg.isAbandoned);
  const firstAnswer = inTime.findIndex(answered);
  const isAnswered = firstAnswer !== -1;
  const outcome = outcomeOf();
  return {
    journeyId: root.contactId,
    startMs: root.startMs,
    endMs: Math.max(...legs.map(endOf)),
    outcome,
    outcomeClass: classOf(outcome, settings),
    isFinal: root.startMs + horizonOf(root, settings) <= window.readUntilMs,
    isQueued: firstQueued !== undefined,
    isAnswered,
    isAbandoned: firstQueued !== undefined && !isAnswered && last?.isAbandoned === true,
    isEscalated:
      root.preQueueSeconds > settings.escalation.minSelfService &&
      (settings.escalation.entryPoints.length === 0 || is(settings.escalation.entryPoints, root.entryPoint)) &&
      (isAnswered || reached),
    legs: legs.length,
    steps: deciding.filter(answered).length,
    transfers: isAnswered
      ? inTime.slice(firstAnswer + 1).filter((leg) => !leg.isRefused && !isVoicemail(leg) && !isCallback(leg)).length
      : 0,
    waitMs: deciding.reduce((sum, leg) => sum + ms(leg.queueSeconds), 0),
    talkMs: deciding
      .filter((leg) => answered(leg) || (isCallback(leg) && !leg.isAbandoned && talked(leg, settings.callback.minTalk)))
      .reduce((sum, leg) => sum + ms(leg.agentSeconds), 0),
    channel: root.channel,
    queue: firstQueued?.queue ?? { id: null, label: null },
    campaign: firstQueued?.campaign ?? { id: null, label: null },
    team: inEnd.filter(answered).at(-1)?.team ?? { id: null, label: null },
    entryPoint: root.entryPoint,
  };

  function outcomeOf(): string {
    if (root.isOutbound) return 'outbound';
    if (!isOpen(root.startMs, settings)) return 'outside-hours';
    const nobodyThere = !isAnswered && callbacks.length === 0 && firstQueued === undefined;
    if (nobodyThere && deciding.some((leg) => isMarked(leg, settings))) return 'contained';
    if (last !== undefined && isVoicemail(last)) return 'voicemail';
    if (last?.isAbandoned === true && !isCallback(last)) {
      if (isAnswered || reached) return 'dropped-after-transfer';
      if (isShort(last, settings)) return 'short-abandon';
      return firstQueued === undefined ? 'dropped-before-queue' : 'dropped-in-queue';
    }
    if (isAnswered && last !== undefined && !isCallback(last)) return 'handled';
    if (callbacks.length === 0) return 'unresolved';
    if (reached) return 'callback-reached';
    const tried = callbacks.some((leg) => leg.agentSeconds > 0 || leg.isAbandoned);
    return tried ? 'callback-not-reached' : 'callback-pending';
  }
}

function isShort(leg: Leg, { shortAbandon }: Settings): boolean {
  if (shortAbandon === 'tenant') return leg.isShortAbandon;
  const left = [leg.abandonSeconds, leg.queueSeconds, leg.durationSeconds].find((seconds) => seconds > 0) ?? 0;
  return left < shortAbandon;
}

function isMarked(leg: Leg, { contained }: Settings): boolean {
  if (contained === null || contained === 'none') return false;
  const marks = [
    ...[leg.disposition.id, leg.disposition.label].map((name) => `disposition:${name ?? ''}`),
    ...[leg.entryPoint.id, leg.entryPoint.label].map((name) => `entryPoint:${name ?? ''}`),
    ...leg.customData.map((data) => `customData:${data}`),
  ];
  return contained.some((marker) => marks.includes(marker));
}

function isOpen(at: number, { hours }: Settings): boolean {
  if (hours === 'all') return true;
  const [day, time] = [new Date(at).getUTCDay() || 7, new Date(at).toISOString().slice(11, 16)];
  return hours.open.some(({ days, from, to }) => days.includes(day) && time >= from && time < to);
}

function classOf(outcome: string, settings: Settings): string {
  const classes: Record<string, string> = {
    outbound: 'excluded',
    'outside-hours': 'excluded',
    'short-abandon': settings.shortAbandons === 'exclude' ? 'excluded' : 'dropped',
    contained: 'completed',
    handled: 'completed',
    'callback-reached': 'completed',
    'callback-not-reached': settings.callback.notReached,
    voicemail: settings.voicemail.counts,
    'callback-pending': 'unresolved',
    unresolved: 'unresolved',
  };
  return classes[outcome] ?? 'dropped';
}

/** All figures of some inbound journeys, in seconds. */
export function referenceFigures(all: readonly ReferenceJourney[]): Record<string, number | null> {
  const count = (each: (one: ReferenceJourney) => boolean, of = all): number => of.filter(each).length;
  const sum = (each: (one: ReferenceJourney) => number, of: readonly ReferenceJourney[]): number =>
    of.reduce((total, one) => total + each(one), 0);
  const ratio = (part: number, of: number): number | null => (of === 0 ? null : part / of);
  const queued = all.filter((one) => one.isQueued);
  const started = all.filter((one) => one.outcomeClass !== 'excluded');
  const durations = started.map((one) => one.endMs - one.startMs).sort((one, other) => one - other);
  const [low, high] = [durations[Math.ceil(durations.length / 2) - 1], durations[Math.floor(durations.length / 2)]];
  const [answered, abandoned] = [count((one) => one.isAnswered, queued), count((one) => one.isAbandoned, queued)];
  const of = (name: string): number => count((one) => one.outcomeClass === name, started);
  const [escalated, transferred] = [
    count((one) => one.isEscalated, started),
    count((one) => one.transfers > 0, started),
  ];
  const [duration, wait] = [sum((one) => one.endMs - one.startMs, started), sum((one) => one.waitMs, queued)];
  const steps = sum((one) => one.steps, started);
  return {
    journeyQueued: queued.length,
    journeyAnswered: answered,
    journeyAbandoned: abandoned,
    journeyAnswerRate: ratio(answered, queued.length),
    journeyAbandonRate: ratio(abandoned, queued.length),
    journeyStarted: started.length,
    journeyCompleted: of('completed'),
    journeyDroppedOff: of('dropped'),
    journeyUnresolved: of('unresolved'),
    journeyOpen: count((one) => !one.isFinal),
    journeyCompletionRate: ratio(of('completed'), started.length),
    journeyDropOffRate: ratio(of('dropped'), started.length),
    journeyEscalated: escalated,
    journeyEscalationRate: ratio(escalated, started.length),
    journeyTransferred: transferred,
    journeyTransferRate: ratio(transferred, started.length),
    totalJourneyDuration: duration / 1_000,
    averageJourneyDuration: ratio(duration, started.length * 1_000),
    medianJourneyDuration: low === undefined || high === undefined ? null : (low + high) / 2_000,
    totalWaitTime: wait / 1_000,
    averageWaitTime: ratio(wait, queued.length * 1_000),
    totalSteps: steps,
    averageStepsPerJourney: ratio(steps, started.length),
  };
}
