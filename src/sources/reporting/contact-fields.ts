import { malformed } from '../http/errors.js';
import type { JsonObject } from '../http/json-body.js';
import { booleanIn, contactIdIn, digitsIn, instantIn, mediaTypeIn, numberIn, secondsIn, textIn } from './values.js';

/** Every field that is read of a contact, under our name: how it is read, and how tenants spell it, the newest first. */
const FIELDS = {
  contactId: { read: contactIdIn, names: ['contactId'], needed: true },
  masterContactId: { read: contactIdIn, names: ['masterContactId'], needed: true },
  startMs: { read: instantIn, names: ['contactStartDate', 'contactStart'], needed: true },
  mediaTypeId: { read: mediaTypeIn, names: ['mediaTypeId', 'mediaType'], needed: true },
  mediaTypeName: { read: textIn, names: ['mediaTypeName'] },
  isOutbound: { read: booleanIn, names: ['isOutbound'], needed: true },
  abandoned: { read: booleanIn, names: ['abandoned'], needed: true },
  isShortAbandon: { read: booleanIn, names: ['isShortAbandon'] },
  isRefused: { read: booleanIn, names: ['isRefused'] },
  agentId: { read: digitsIn, names: ['agentId'], needed: true },
  skillId: { read: digitsIn, names: ['skillId'], needed: true },
  skillName: { read: textIn, names: ['skillName'] },
  campaignId: { read: digitsIn, names: ['campaignId'] },
  campaignName: { read: textIn, names: ['campaignName'] },
  teamId: { read: digitsIn, names: ['teamId'] },
  teamName: { read: textIn, names: ['teamName'] },
  pointOfContactId: { read: digitsIn, names: ['pointOfContactId'] },
  pointOfContactName: { read: textIn, names: ['pointOfContactName'] },
  preQueueSeconds: { read: secondsIn, names: ['preQueueSeconds'] },
  inQueueSeconds: { read: secondsIn, names: ['inQueueSeconds'], needed: true },
  agentSeconds: { read: secondsIn, names: ['agentSeconds'], needed: true },
  holdSeconds: { read: secondsIn, names: ['holdSeconds'] },
  acwSeconds: { read: secondsIn, names: ['acwSeconds'] },
  conferenceSeconds: { read: secondsIn, names: ['conferenceSeconds', 'confSeconds'] },
  postQueueSeconds: { read: secondsIn, names: ['postQueueSeconds'] },
  abandonSeconds: { read: secondsIn, names: ['abandonSeconds'] },
  totalDurationSeconds: { read: secondsIn, names: ['totalDurationSeconds'], needed: true },
  callbackTime: { read: secondsIn, names: ['callbackTime'] },
  serviceLevelFlag: { read: numberIn, names: ['serviceLevelFlag'] },
  transferIndicatorId: { read: digitsIn, names: ['transferIndicatorId'] },
  transferIndicatorName: { read: textIn, names: ['transferIndicatorName'] },
  endReason: { read: textIn, names: ['endReason'] },
  primaryDispositionId: { read: digitsIn, names: ['primaryDispositionId'] },
} as const satisfies Record<string, FieldKind>;

interface FieldKind {
  readonly read: (value: unknown) => string | number | boolean | null | undefined;
  readonly names: readonly string[];
  /** Without it no journey can be told. */
  readonly needed?: true;
}

export type ContactField = keyof typeof FIELDS;

/** A contact as it was read. Null: the source has no value there, or no such field. No field holds anything personal. */
export type ContactRecord = Readonly<{
  [Field in ContactField]: Exclude<ReturnType<(typeof FIELDS)[Field]['read']>, undefined>;
}>;

/** How this tenant spells the fields that it has: detected, written into no code. Plain data. */
export type ContactNames = Readonly<Partial<Record<ContactField, string>>>;

const ENTRIES = Object.entries(FIELDS) as readonly (readonly [ContactField, FieldKind])[];

/** The spellings of a tenant, from one contact without `fields`. Capitals play no part. @throws CxoneError for a needed field that is absent */
export function namesIn(contact: JsonObject): ContactNames {
  const present = new Map(Object.keys(contact).map((key) => [key.toLowerCase(), key]));
  const found = ENTRIES.flatMap(([field, { names }]) => {
    const name = names.map((each) => present.get(each.toLowerCase())).find((each) => each !== undefined);
    return name === undefined ? [] : [[field, name] as const];
  });
  const detected: ContactNames = Object.fromEntries(found);
  const lacking = ENTRIES.filter(([field, { needed }]) => needed === true && detected[field] === undefined);
  if (lacking.length > 0) {
    const wanted = lacking.map(([, { names }]) => names.join(' or ')).join(', ');
    throw malformed('page', `holds contacts without ${wanted}; another apiVersion may have them`, { status: 200 });
  }
  return detected;
}

/** Fields that are read where a tenant has them, and that this one does not have. */
export function absentFields(names: ContactNames): readonly string[] {
  return ENTRIES.flatMap(([field, { names: known }]) => (names[field] === undefined ? known.slice(0, 1) : []));
}

/** The value of `fields`: what is read and nothing personal, in the tenant's spelling. */
export function fieldsParameter(names: ContactNames): string {
  return Object.values(names).join(',');
}

/** Reads contacts by a tenant's names. @throws CxoneError naming the field and the kind of value that is not understood */
export function contactReader(names: ContactNames): (contact: JsonObject) => ContactRecord {
  const columns = ENTRIES.map(([field, { read }]) => ({ field, name: names[field], read }));
  return (contact) => {
    const record: Partial<Record<ContactField, unknown>> = {};
    for (const { field, name, read } of columns) {
      const value = name === undefined ? null : read(contact[name]);
      if (value === undefined) throw notUnderstood(name ?? field, name === undefined ? undefined : contact[name]);
      record[field] = value;
    }
    // The cast: every field was set by the reader that its type comes from.
    return record as ContactRecord;
  };
}

function notUnderstood(name: string, value: unknown): Error {
  const kind = Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'such a text' : `a ${typeof value}`;
  return malformed('page', `has ${kind} in ${name}, which is not one of the forms known for it`, { status: 200 });
}
