/** An id with the name that it had then. The id counts: names change. Both are null where the contact had neither. */
export interface Named {
  readonly id: string | null;
  readonly label: string | null;
}

/** How the contact was moved, as CXone names it; `other` is a word that we do not know. */
export type Transfer = 'none' | 'skill' | 'agent' | 'consult' | 'conference' | 'takeover' | 'external' | 'other';

/**
 * One contact record of CXone, as far as `contact-journey/1` reads it: no address, no name of a person, no notes. Flat
 * but for names, so that it goes into columns as it is. Ids of contacts are digits, because they pass 2^53.
 */
export interface Leg {
  /** At most 24 digits, no zero in front. */
  readonly contactId: string;
  /** The contact that it belongs to; its own id where it belongs to none. */
  readonly masterContactId: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  /** From its start to the end of talk, without after-call work. */
  readonly durationSeconds: number;
  /** Before the first queue: menus and other self-service. */
  readonly preQueueSeconds: number;
  readonly queueSeconds: number;
  readonly agentSeconds: number;
  readonly afterCallSeconds: number;
  /** Until the customer left; 0 where nobody left, or where it is not known. */
  readonly abandonSeconds: number;
  /** Spent as a callback; above 0 the leg is one. */
  readonly callbackSeconds: number;
  readonly isOutbound: boolean;
  readonly isAbandoned: boolean;
  /** By the tenant's own threshold. */
  readonly isShortAbandon: boolean;
  /** An agent did not take it. */
  readonly isRefused: boolean;
  readonly transfer: Transfer;
  readonly agentId: string | null;
  /** Its media type: {@link CHANNELS}. */
  readonly channel: Named;
  readonly queue: Named;
  readonly campaign: Named;
  readonly team: Named;
  readonly entryPoint: Named;
  readonly disposition: Named;
  /** Script variables, each as `name=value`; only those that the definition looks at. */
  readonly customData: readonly string[];
}

/** Media types that public clients name. Another number stays a number. */
export const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['1', 'email'],
  ['3', 'chat'],
  ['4', 'phone'],
  ['5', 'voicemail'],
  ['6', 'work item'],
  ['7', 'sms'],
  ['8', 'social'],
  ['9', 'digital'],
]);

export const EMAIL = '1';
export const VOICEMAIL = '5';
export const DIGITAL = '9';
