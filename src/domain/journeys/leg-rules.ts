import type { LegTable } from './legs/leg-table.js';
import { DIGITAL, EMAIL, VOICEMAIL } from './legs/leg.js';
import type { Settings } from './definition/settings.js';

/** What the settings say of a single leg, by its row. */
export interface LegRules {
  readonly horizonMs: (row: number) => number;
  /** Whether it may decide an outcome: inbound, with the customer in it, and not set aside by `neverDecides`. */
  readonly decides: (row: number) => boolean;
  readonly kind: (row: number) => 'contact' | 'callback' | 'voicemail';
  /** An agent talked with the customer. On a callback this also is the ringing, so it needs more. */
  readonly isAnswered: (row: number) => boolean;
  readonly isReachedCallback: (row: number) => boolean;
  /** It waited for an agent. One that was answered at once did, too, for no time. */
  readonly isQueued: (row: number) => boolean;
  readonly isShort: (row: number) => boolean;
  readonly isMarked: (row: number) => boolean;
  readonly isSelfService: (row: number) => boolean;
}

/** Settings against the names of a table, so that a leg costs no search. The table has all its legs by then. */
export function compileRules(legs: LegTable, settings: Settings): LegRules {
  const { pools } = legs;
  const horizons = new Map<string | null, number>([
    [EMAIL, settings.horizon.email],
    [DIGITAL, settings.horizon.digital],
  ]);
  const asideQueues = pools.queue.listed(settings.neverDecides.queues);
  const asideEntries = pools.entryPoint.listed(settings.neverDecides.entryPoints);
  const callbackQueues = pools.queue.listed(settings.callback.queues);
  const voicemailQueues = pools.queue.listed(settings.voicemail.queues);
  const selfServiceEntries = pools.entryPoint.listed(settings.escalation.entryPoints);
  const anyEntry = settings.escalation.entryPoints.length === 0;
  const [minTalk, minCallback] = [settings.minTalk * 1_000, settings.callback.minTalk * 1_000];
  const selfService = settings.escalation.minSelfService * 1_000;

  const kind = (row: number): 'contact' | 'callback' | 'voicemail' => {
    const queue = legs.nameNumber('queue', row);
    if (pools.channel.name(legs.nameNumber('channel', row)).id === VOICEMAIL) return 'voicemail';
    if (voicemailQueues[queue] === 1) return 'voicemail';
    return legs.has(row, 'callback') || callbackQueues[queue] === 1 ? 'callback' : 'contact';
  };
  const hasTalk = (row: number, least: number): boolean =>
    legs.has(row, 'agent') && !legs.has(row, 'refused') && legs.agentMs(row) > 0 && legs.agentMs(row) >= least;
  const isAnswered = (row: number): boolean => hasTalk(row, minTalk) && kind(row) === 'contact';

  return {
    horizonMs: (row) =>
      1_000 * (horizons.get(pools.channel.name(legs.nameNumber('channel', row)).id) ?? settings.horizon.other),
    decides: (row) =>
      !legs.has(row, 'outbound') &&
      !legs.has(row, 'aside') &&
      asideQueues[legs.nameNumber('queue', row)] !== 1 &&
      asideEntries[legs.nameNumber('entryPoint', row)] !== 1,
    kind,
    isAnswered,
    isReachedCallback: (row) => kind(row) === 'callback' && !legs.has(row, 'abandoned') && hasTalk(row, minCallback),
    isQueued: (row) => legs.queueMs(row) > 0 || isAnswered(row),
    isShort: shortRule(legs, settings.shortAbandon),
    isMarked: markerRule(legs, settings.contained),
    isSelfService: (row) =>
      legs.preQueueMs(row) > selfService && (anyEntry || selfServiceEntries[legs.nameNumber('entryPoint', row)] === 1),
  };
}

function shortRule(legs: LegTable, shortAbandon: Settings['shortAbandon']): (row: number) => boolean {
  if (shortAbandon === 'tenant') return (row) => legs.has(row, 'shortAbandon');
  // Not every record says when the customer left; the wait is next to it, and all of the leg the last resort.
  return (row) => (legs.abandonMs(row) || legs.queueMs(row) || legs.durationMs(row)) < shortAbandon * 1_000;
}

function markerRule(legs: LegTable, contained: Settings['contained']): (row: number) => boolean {
  if (contained === null || contained === 'none') return () => false;
  const after = (kind: string): string[] =>
    contained.filter((marker) => marker.startsWith(`${kind}:`)).map((marker) => marker.slice(kind.length + 1));
  const dispositions = legs.pools.disposition.listed(after('disposition'));
  const entryPoints = legs.pools.entryPoint.listed(after('entryPoint'));
  const wanted = new Set(after('customData'));
  const data = legs.customData.map((values) => values.some((value) => wanted.has(value)));
  return (row) =>
    dispositions[legs.nameNumber('disposition', row)] === 1 ||
    entryPoints[legs.nameNumber('entryPoint', row)] === 1 ||
    data[legs.dataNumber(row)] === true;
}
