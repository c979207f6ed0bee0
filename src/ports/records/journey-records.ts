import type { RunWindow } from '../../contract/request/request.js';

/** What one record is of. `journeys`: those that begin in the window. `legs`: the contacts that begin in it. */
export type RecordGrain = 'journeys' | 'legs';

/** One journey. Instants are ISO 8601 in UTC, times are seconds; ids are text, or null. */
export interface JourneyRecord extends NamedFields {
  /** Contact id of the root. */
  readonly rootId: string;
  readonly start: string;
  /** The last end of talk. */
  readonly end: string;
  readonly outcome: string;
  /** What the outcome counts as: `completed`, `dropped`, `unresolved`, or `excluded`. */
  readonly outcomeClass: string;
  /** Its horizon had passed when its legs were read: nothing can be added to it. */
  readonly final: boolean;
  readonly legs: number;
  readonly transfers: number;
  readonly waitSeconds: number;
  /** Of agents, on the legs that they answered and on a callback that reached the customer. */
  readonly talkSeconds: number;
}

/** One contact, as far as journeys are made of it. Nothing in it is personal. */
export interface LegRecord extends NamedFields {
  readonly contactId: string;
  /** The contact that it belongs to; its own id where it belongs to none. */
  readonly masterContactId: string;
  /** The root of its journey; null where none was found within the horizon. */
  readonly rootId: string | null;
  readonly start: string;
  /** From its start to the end of talk. */
  readonly durationSeconds: number;
  readonly preQueueSeconds: number;
  readonly queueSeconds: number;
  readonly agentSeconds: number;
  readonly afterCallSeconds: number;
  readonly abandonSeconds: number;
  readonly callbackSeconds: number;
  readonly outbound: boolean;
  readonly abandoned: boolean;
  readonly shortAbandon: boolean;
  readonly refused: boolean;
  readonly transfer: string;
  readonly agentId: string | null;
  readonly disposition: string | null;
}

/** Ids, and the names that they had. Of a journey: as its dimensions have them. */
interface NamedFields {
  readonly channel: string | null;
  readonly channelLabel: string | null;
  readonly queue: string | null;
  readonly queueLabel: string | null;
  readonly entryPoint: string | null;
  readonly entryPointLabel: string | null;
  readonly campaign: string | null;
  readonly campaignLabel: string | null;
  readonly team: string | null;
  readonly teamLabel: string | null;
}

/** A record by its grain. */
export type RecordOf<Grain extends RecordGrain> = Grain extends 'journeys' ? JourneyRecord : LegRecord;

/** The pages of a run as they were read, and its window. */
export interface RecordsFrom {
  /** May be walked more than once: each time the store is read again. */
  readonly pages: AsyncIterable<Uint8Array>;
  readonly window: RunWindow;
  /** An instant moved so that UTC shows what the clocks of the zone show. */
  readonly localOf: (instantMs: number, timeZone: string) => number;
}
