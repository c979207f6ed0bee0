import type { Reporting } from '../../../simulator/reporting/reporting.js';
import type { Leg as SimulatedLeg } from '../../../simulator/reporting/legs/leg.js';
import { MEDIA } from '../../../simulator/reporting/legs/directory.js';
import type { Settings } from '../../../src/domain/journeys/definition/settings.js';
import type { Leg, Named } from '../../../src/domain/journeys/legs/leg.js';
import { referenceFigures, referenceJourneys, type ReferenceJourney } from '../../unit/journeys/journeys-reference.js';

const DAY_MS = 86_400_000;
/** Legs hang on roots of at most a week before, and masters may be chained. */
const DAYS_BEFORE = 15;

/** All legs that the simulator knows of journeys that begin in the days around an instant, without asking its API. */
export function truthOf(reporting: Reporting, fromMs: number, days: number): readonly Leg[] {
  return Array.from({ length: days }, (_, day) => fromMs + (day - DAYS_BEFORE) * DAY_MS)
    .flatMap((at) => [...reporting.journeysOf(new Date(at).toISOString().slice(0, 10))])
    .flatMap(({ legs }) => legs)
    .map(legOf);
}

function named(id: number | undefined, label: string | undefined): Named {
  return { id: id === undefined ? null : String(id), label: label ?? null };
}

const TRANSFERS: Readonly<Record<SimulatedLeg['transfer'], Leg['transfer']>> = {
  None: 'none',
  ReSkill: 'skill',
  ReAgent: 'agent',
  Consult: 'consult',
  TakeOver: 'takeover',
  External: 'external',
};

function legOf(leg: SimulatedLeg): Leg {
  const { skill, team, entryPoint, mediaTypeId, dispositionId } = leg;
  return {
    contactId: leg.contactId,
    masterContactId: leg.masterContactId,
    startMs: leg.startMs,
    durationSeconds: leg.totalDurationSeconds,
    preQueueSeconds: leg.preQueueSeconds,
    queueSeconds: leg.inQueueSeconds,
    agentSeconds: leg.agentSeconds,
    afterCallSeconds: leg.acwSeconds,
    abandonSeconds: leg.abandonSeconds,
    callbackSeconds: leg.callbackTime,
    isOutbound: leg.isOutbound,
    isAbandoned: leg.abandoned,
    isShortAbandon: leg.isShortAbandon,
    isRefused: leg.isRefused,
    transfer: TRANSFERS[leg.transfer],
    agentId: leg.agentId === null ? null : String(leg.agentId),
    channel: named(mediaTypeId, MEDIA[mediaTypeId]),
    queue: named(skill?.skillId, skill?.skillName),
    campaign: named(skill?.campaignId, skill?.campaignName),
    team: named(team?.id, team?.name),
    entryPoint: named(entryPoint.id, entryPoint.name),
    disposition: named(dispositionId ?? undefined, undefined),
    customData: [],
  };
}

interface Bucket {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
}

type NamedBy = 'queue' | 'channel';

/** Rows by bucket and dimensions as the reference has them, in the order in which they are delivered. */
export function referenceRows(
  legs: readonly Leg[],
  settings: Settings,
  buckets: readonly Bucket[],
  dimensions: readonly NamedBy[],
  metrics: readonly string[],
  readUntilMs = Infinity,
): readonly Record<string, unknown>[] {
  return buckets.flatMap(({ label, fromMs, toMs }) => {
    const journeys = referenceJourneys(legs, settings, { fromMs, toMs, readUntilMs });
    const inbound = journeys.filter(({ outcome }) => outcome !== 'outbound');
    const idsOf = (journey: ReferenceJourney): readonly (string | null)[] => dimensions.map((name) => journey[name].id);
    const groups = new Map<string, ReferenceJourney[]>();
    for (const journey of inbound) {
      const key = JSON.stringify(idsOf(journey));
      groups.set(key, [...(groups.get(key) ?? []), journey]);
    }
    const keys = [...groups.keys()].sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
    return keys.map((key) => {
      const group = groups.get(key) ?? [];
      const latest = [...group].sort((one, other) => one.startMs - other.startMs).at(-1);
      const names = dimensions.flatMap((name) => [
        [name, latest?.[name].id ?? null],
        [`${name}Label`, latest?.[name].label ?? null],
      ]);
      const figures = referenceFigures(group);
      return {
        date: label,
        ...Object.fromEntries(names),
        ...Object.fromEntries(metrics.map((metric) => [metric, figures[metric]])),
      } as Record<string, unknown>;
    });
  });
}

/** Null comes before every id. */
function orderOf(key: string): string {
  return key.replaceAll('null', '""');
}
