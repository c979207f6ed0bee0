import { CHANNELS, type Leg, type Named, type Transfer } from '../../domain/journeys/legs/leg.js';
import { kindOf, readBoolean, readId, readInstant, readSeconds, type ValueKind } from './wire-value.js';

/** Why a contact record is no leg. It names the field and how the value is written, never the value. */
export interface ContactProblem {
  readonly problem: 'missing' | 'no-id' | 'no-instant' | 'no-duration' | 'no-boolean';
  readonly field: string;
  readonly found: ValueKind;
}

export interface ContactReading {
  /** Whether `totalDurationSeconds` has the after-call work in it. No document says so: `sources check` looks. */
  readonly afterCallWork: 'in-total' | 'beside-total';
  /** Script variables of the contact as `name=value`, those that the definition looks at. */
  readonly customData?: readonly string[];
}

/** Names of a field on the wire, over the generations of the API; the first that a record has is read. */
const SPELLINGS = {
  contactId: ['contactId'],
  masterContactId: ['masterContactId'],
  start: ['contactStartDate', 'contactStart'],
  total: ['totalDurationSeconds'],
  agentSeconds: ['agentSeconds'],
  queueSeconds: ['inQueueSeconds'],
  preQueueSeconds: ['preQueueSeconds'],
  abandonSeconds: ['abandonSeconds'],
  afterCallSeconds: ['acwSeconds', 'ACWSeconds'],
  callbackSeconds: ['callbackTime'],
  outbound: ['isOutbound'],
  abandoned: ['abandoned'],
  shortAbandon: ['isShortAbandon'],
  refused: ['isRefused'],
  agentId: ['agentId'],
  mediaId: ['mediaTypeId', 'mediaType'],
  mediaName: ['mediaTypeName', 'mediaType'],
  skillId: ['skillId'],
  skillName: ['skillName'],
  campaignId: ['campaignId'],
  campaignName: ['campaignName'],
  teamId: ['teamId'],
  teamName: ['teamName'],
  pointOfContactId: ['pointOfContactId'],
  pointOfContactName: ['pointOfContactName'],
  dispositionId: ['primaryDispositionId'],
  dispositionName: ['primaryDispositionName'],
  transferName: ['transferIndicatorName'],
} as const;

type Field = keyof typeof SPELLINGS;

/** What the source asks for where it may name fields, in both spellings: nothing about a person. */
export const CONTACT_FIELDS: readonly string[] = [...new Set(Object.values(SPELLINGS).flat())];

/**
 * Reads one contact record. Ids above 2^53 have to be text by then; as numbers they are refused, because they are
 * another contact's. Fields that no leg needs are not looked at.
 */
export function readContact(
  record: Readonly<Record<string, unknown>>,
  { afterCallWork, customData = [] }: ContactReading,
): { readonly leg: Leg } | { readonly problem: ContactProblem } {
  const fields = new ContactFields(record);
  const contactId = fields.needed('contactId', readId, 'no-id') ?? '';
  const afterCallSeconds = fields.optional('afterCallSeconds', readSeconds, 'no-duration') ?? 0;
  const total = fields.needed('total', readSeconds, 'no-duration') ?? 0;
  const leg: Leg = {
    contactId,
    masterContactId: fields.optional('masterContactId', readId, 'no-id') ?? contactId,
    startMs: fields.needed('start', readInstant, 'no-instant') ?? 0,
    durationSeconds: afterCallWork === 'in-total' ? Math.max(0, total - afterCallSeconds) : total,
    preQueueSeconds: fields.optional('preQueueSeconds', readSeconds, 'no-duration') ?? 0,
    queueSeconds: fields.needed('queueSeconds', readSeconds, 'no-duration') ?? 0,
    agentSeconds: fields.needed('agentSeconds', readSeconds, 'no-duration') ?? 0,
    afterCallSeconds,
    abandonSeconds: fields.optional('abandonSeconds', readSeconds, 'no-duration') ?? 0,
    callbackSeconds: fields.optional('callbackSeconds', readSeconds, 'no-duration') ?? 0,
    isOutbound: fields.needed('outbound', readBoolean, 'no-boolean') ?? false,
    isAbandoned: fields.needed('abandoned', readBoolean, 'no-boolean') ?? false,
    isShortAbandon: fields.optional('shortAbandon', readBoolean, 'no-boolean') ?? false,
    isRefused: fields.optional('refused', readBoolean, 'no-boolean') ?? false,
    transfer: transferNamed(fields.text('transferName')),
    agentId: fields.optional('agentId', readId, 'no-id') ?? null,
    channel: channelOf(fields),
    queue: fields.named('skillId', 'skillName'),
    campaign: fields.named('campaignId', 'campaignName'),
    team: fields.named('teamId', 'teamName'),
    entryPoint: fields.named('pointOfContactId', 'pointOfContactName'),
    disposition: fields.named('dispositionId', 'dispositionName'),
    customData,
  };
  if (contactId === '') fields.fail('no-id', 'contactId');
  return fields.problem === undefined ? { leg } : { problem: fields.problem };
}

/** The fields of a record. The first problem is kept, so that the caller reads all of them in a line. */
class ContactFields {
  problem: ContactProblem | undefined;
  readonly #record: Readonly<Record<string, unknown>>;

  constructor(record: Readonly<Record<string, unknown>>) {
    this.#record = record;
  }

  needed<T>(field: Field, read: (value: unknown) => T | undefined, problem: ContactProblem['problem']): T | undefined {
    const value = this.value(field);
    if (value !== undefined) return this.#read(field, value, read, problem);
    this.fail('missing', field);
    return undefined;
  }

  optional<T>(
    field: Field,
    read: (value: unknown) => T | undefined,
    problem: ContactProblem['problem'],
  ): T | undefined {
    const value = this.value(field);
    return value === undefined ? undefined : this.#read(field, value, read, problem);
  }

  text(field: Field): string | null {
    const value = this.value(field);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  }

  /** By its name where the tenant gives no id. */
  named(id: Field, name: Field): Named {
    const label = this.text(name);
    return { id: this.optional(id, readId, 'no-id') ?? label, label };
  }

  value(field: Field): unknown {
    for (const name of SPELLINGS[field]) {
      const value = this.#record[name];
      if (value !== undefined) return value;
    }
    return undefined;
  }

  fail(problem: ContactProblem['problem'], field: Field): void {
    this.problem ??= { problem, field: SPELLINGS[field].join(' or '), found: kindOf(this.value(field)) };
  }

  #read<T>(
    field: Field,
    value: unknown,
    read: (value: unknown) => T | undefined,
    problem: ContactProblem['problem'],
  ): T | undefined {
    const found = read(value);
    if (found === undefined) this.fail(problem, field);
    return found;
  }
}

/** `mediaType` is a number with some tenants and a word with others. */
function channelOf(fields: ContactFields): Named {
  const id = readId(fields.value('mediaId'));
  const name = fields.text('mediaName');
  const label = name === null || /^\d+$/.test(name) ? null : name;
  if (id !== null && id !== undefined) return { id, label: label ?? CHANNELS.get(id) ?? null };
  const word = label?.toLowerCase().replaceAll(/[\s_-]+/g, ' ');
  const known = [...CHANNELS].find(([, channel]) => channel === word);
  return { id: known?.[0] ?? label, label };
}

const TRANSFERS: ReadonlyMap<string, Transfer> = new Map([
  ['none', 'none'],
  ['reskill', 'skill'],
  ['reagent', 'agent'],
  ['consult', 'consult'],
  ['conference', 'conference'],
  ['takeover', 'takeover'],
  ['external', 'external'],
]);

/** By its name only: which number stands for which transfer is not documented. */
function transferNamed(name: string | null): Transfer {
  if (name === null || name === 'None') return 'none';
  return TRANSFERS.get(name.toLowerCase().replaceAll(/[\s_-]+/g, '')) ?? 'other';
}
