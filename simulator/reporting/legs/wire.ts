import { HANDLED, MEDIA, SERVED, TRANSFERS } from './directory.js';
import { lastUpdateOf } from './book.js';
import { serviceLevelFlag, type Leg } from './leg.js';
import type { ReportingSettings } from '../settings.js';

type Kind = 'id' | 'number' | 'seconds' | 'boolean' | 'text' | 'instant';
type Value = string | number | boolean | null | undefined;

interface Field {
  /** In the vendor's specification, and as tenants were seen to write it. */
  readonly spec: string;
  readonly wire: string;
  readonly kind: Kind;
  readonly read: (leg: Leg) => Value;
}

function field(names: string, kind: Kind, read: (leg: Leg) => Value): Field {
  const [spec = '', wire = spec] = names.split(' ');
  return { spec, wire, kind, read };
}

const DISPOSITIONS = new Map([SERVED, HANDLED].map(({ id, name }) => [id, name]));

/** In the order in which they stand in an answer. Where a field goes by two names, the tenants' one comes second. */
const FIELDS: readonly Field[] = [
  field('contactId', 'id', ({ contactId }) => contactId),
  field('masterContactId', 'id', ({ masterContactId }) => masterContactId),
  field('contactStartDate contactStart', 'instant', ({ startMs }) => startMs),
  field('mediaTypeId mediaType', 'number', ({ mediaTypeId }) => mediaTypeId),
  field('mediaTypeName', 'text', ({ mediaTypeId }) => MEDIA[mediaTypeId]),
  field('mediaSubTypeId', 'number', () => null),
  field('isOutbound', 'boolean', ({ isOutbound }) => isOutbound),
  field('abandoned', 'boolean', ({ abandoned }) => abandoned),
  field('isShortAbandon', 'boolean', ({ isShortAbandon }) => isShortAbandon),
  field('isRefused', 'boolean', ({ isRefused }) => isRefused),
  field('isTakeover', 'boolean', ({ isTakeover }) => isTakeover),
  field('isLogged', 'boolean', ({ agentId }) => agentId !== null),
  field('agentId', 'number', ({ agentId }) => agentId),
  field('skillId', 'number', ({ skill }) => skill?.skillId),
  field('skillName', 'text', ({ skill }) => skill?.skillName),
  field('campaignId', 'number', ({ skill }) => skill?.campaignId),
  field('campaignName', 'text', ({ skill }) => skill?.campaignName),
  field('teamId', 'number', ({ team }) => team?.id),
  field('teamName', 'text', ({ team }) => team?.name),
  field('pointOfContactId', 'number', ({ entryPoint }) => entryPoint.id),
  field('pointOfContactName', 'text', ({ entryPoint }) => entryPoint.name),
  field('preQueueSeconds', 'seconds', ({ preQueueSeconds }) => preQueueSeconds),
  field('inQueueSeconds', 'seconds', ({ inQueueSeconds }) => inQueueSeconds),
  field('agentSeconds', 'seconds', ({ agentSeconds }) => agentSeconds),
  field('holdSeconds', 'seconds', ({ holdSeconds }) => holdSeconds),
  field('acwSeconds ACWSeconds', 'seconds', ({ acwSeconds }) => acwSeconds),
  field('conferenceSeconds confSeconds', 'seconds', ({ conferenceSeconds }) => conferenceSeconds),
  field('postQueueSeconds', 'seconds', ({ postQueueSeconds }) => postQueueSeconds),
  field('abandonSeconds', 'seconds', ({ abandonSeconds }) => abandonSeconds),
  field('totalDurationSeconds', 'seconds', ({ totalDurationSeconds }) => totalDurationSeconds),
  field('callbackTime', 'seconds', ({ callbackTime }) => callbackTime),
  field('serviceLevelFlag', 'number', serviceLevelFlag),
  field('transferIndicatorId', 'number', ({ transfer }) => TRANSFERS.indexOf(transfer)),
  field('transferIndicatorName', 'text', ({ transfer }) => transfer),
  field('endReason', 'text', ({ endReason }) => endReason),
  field('primaryDispositionId', 'number', ({ dispositionId }) => dispositionId),
  field('primaryDispositionName', 'text', ({ dispositionId }) => DISPOSITIONS.get(dispositionId ?? 0)),
  field('lastUpdateTime', 'instant', lastUpdateOf),
  // What is personal is made up and says so: a reading that keeps it has gone wrong, and shows.
  field('fromAddress fromAddr', 'text', ({ contactId }) => `personal-from-${contactId}`),
  field('toAddress toAddr', 'text', ({ entryPoint }) => `personal-to-${entryPoint.id}`),
  field('firstName', 'text', ({ agentId }) => (agentId === null ? null : `personal-first-${agentId}`)),
  field('lastName', 'text', ({ agentId }) => (agentId === null ? null : `personal-last-${agentId}`)),
  field('dispositionNotes', 'text', () => 'personal-notes'),
];

/** Writes legs as this tenant does: an object's text each. */
export type LegWriter = (leg: Leg) => string;

/** @param asked names in `fields`; undefined: every field @returns the names that this tenant does not have */
export function legWriter(settings: ReportingSettings, asked?: readonly string[]): LegWriter | readonly string[] {
  const named = FIELDS.flatMap((each) => namesOf(each, settings).map((name) => ({ ...each, name })));
  const unknown = asked?.filter((name) => !named.some((each) => each.name === name)) ?? [];
  if (unknown.length > 0 && settings.unknownFields === 'refused') return unknown;
  const wanted = named.filter(({ name }) => asked?.includes(name) ?? true);
  const columns = wanted.map(({ name, kind, read }) => ({
    key: `"${name}":`,
    write: valueWriter(kind, settings),
    read,
  }));
  return (leg) => {
    let text = '';
    for (const { key, write, read } of columns) text += `${text === '' ? '{' : ','}${key}${write(read(leg) ?? null)}`;
    return text === '' ? '{}' : `${text}}`;
  };
}

function namesOf({ spec, wire }: Field, { names }: ReportingSettings): readonly string[] {
  if (names === 'both') return [...new Set([spec, wire])];
  return [names === 'spec' ? spec : wire];
}

function valueWriter(kind: Kind, { values, wrapper }: ReportingSettings): (value: NonNullable<Value> | null) => string {
  const asText = values !== 'json' || wrapper;
  const plain = (value: NonNullable<Value> | null): string => {
    if (value === null) return asText ? '""' : 'null';
    return asText ? JSON.stringify(String(value)) : JSON.stringify(value);
  };
  switch (kind) {
    case 'id':
      return (value) => (asText ? `"${String(value)}"` : String(value));
    case 'instant':
      return (value) => `"${new Date(Number(value)).toISOString()}"`;
    case 'boolean':
      return asText ? (value) => (value === true ? '"True"' : '"False"') : String;
    case 'seconds':
      return values === 'commas' ? (value) => `"${withCommas(Number(value))}"` : plain;
    default:
      return plain;
  }
}

function withCommas(value: number): string {
  const [whole = '', fraction] = value.toFixed(1).split('.');
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${fraction ?? '0'}`;
}
