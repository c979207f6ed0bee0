import { CHANNELS, type Leg, type Named, type Transfer } from '../../domain/journeys/legs/leg.js';
import type { ContactRecord } from '../reporting/contact-fields.js';

/** Whether `totalDurationSeconds` has the after-call work in it. No document says so: the organisation does. */
export type AfterCallWork = 'in-total' | 'beside-total';

/** A contact as it is stored: what is null or false is left out. */
export type StoredContact = Readonly<Partial<ContactRecord>>;

/** A contact without what says nothing: pages are half as large. */
export function storedContact(record: ContactRecord): StoredContact {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== false));
}

/** The leg that a stored contact is. */
export function legOfContact(contact: StoredContact, afterCallWork: AfterCallWork): Leg {
  const id = contact.contactId ?? '';
  const afterCallSeconds = seconds(contact.acwSeconds);
  const total = seconds(contact.totalDurationSeconds);
  return {
    contactId: id,
    masterContactId: idOf(contact.masterContactId) ?? id,
    startMs: contact.startMs ?? 0,
    durationSeconds: afterCallWork === 'in-total' ? Math.max(0, total - afterCallSeconds) : total,
    preQueueSeconds: seconds(contact.preQueueSeconds),
    queueSeconds: seconds(contact.inQueueSeconds),
    agentSeconds: seconds(contact.agentSeconds),
    afterCallSeconds,
    abandonSeconds: seconds(contact.abandonSeconds),
    callbackSeconds: seconds(contact.callbackTime),
    isOutbound: contact.isOutbound === true,
    isAbandoned: contact.abandoned === true,
    isShortAbandon: contact.isShortAbandon === true,
    isRefused: contact.isRefused === true,
    transfer: transferNamed(contact.transferIndicatorName),
    agentId: idOf(contact.agentId),
    channel: channelOf(contact),
    queue: named(contact.skillId, contact.skillName),
    campaign: named(contact.campaignId, contact.campaignName),
    team: named(contact.teamId, contact.teamName),
    entryPoint: named(contact.pointOfContactId, contact.pointOfContactName),
    disposition: named(contact.primaryDispositionId, undefined),
    customData: [],
  };
}

function seconds(value: number | null | undefined): number {
  return Math.max(0, value ?? 0);
}

/** `0` is how some tenants write that there is no id. */
function idOf(id: string | null | undefined): string | null {
  return id === undefined || id === '0' ? null : id;
}

/** By its name where the tenant gives no id. */
function named(id: string | null | undefined, name: string | null | undefined): Named {
  const label = name?.trim() ?? '';
  return { id: idOf(id) ?? (label === '' ? null : label), label: label === '' ? null : label };
}

function channelOf({ mediaTypeId, mediaTypeName }: StoredContact): Named {
  const { id, label } = named(mediaTypeId, mediaTypeName);
  return { id, label: label ?? CHANNELS.get(id ?? '') ?? null };
}

const TRANSFERS: ReadonlyMap<string, Transfer> = new Map([
  ['', 'none'],
  ['none', 'none'],
  ['reskill', 'skill'],
  ['reagent', 'agent'],
  ['consult', 'consult'],
  ['conference', 'conference'],
  ['takeover', 'takeover'],
  ['external', 'external'],
]);

/** By its name only: which number stands for which transfer is not documented. */
function transferNamed(name: string | null | undefined): Transfer {
  return TRANSFERS.get((name ?? '').toLowerCase().replaceAll(/[\s_-]+/g, '')) ?? 'other';
}
