import type { Skill, Transfer } from './directory.js';

/** One contact record, before any tenant's spelling of it. Ids are digits; times are milliseconds since the epoch. */
export interface Leg {
  readonly contactId: string;
  readonly masterContactId: string;
  readonly startMs: number;
  readonly mediaTypeId: number;
  readonly isOutbound: boolean;
  readonly abandoned: boolean;
  readonly isShortAbandon: boolean;
  readonly isRefused: boolean;
  readonly isTakeover: boolean;
  readonly agentId: number | null;
  readonly team: { readonly id: number; readonly name: string } | null;
  readonly skill: Skill | null;
  readonly entryPoint: { readonly id: number; readonly name: string };
  readonly preQueueSeconds: number;
  readonly inQueueSeconds: number;
  readonly agentSeconds: number;
  readonly holdSeconds: number;
  readonly acwSeconds: number;
  readonly conferenceSeconds: number;
  readonly postQueueSeconds: number;
  readonly abandonSeconds: number;
  /** Without after-call work. */
  readonly totalDurationSeconds: number;
  readonly callbackTime: number;
  readonly transfer: Transfer;
  readonly endReason: string;
  readonly dispositionId: number | null;
  /** Not in the first reading of its day. */
  readonly late: boolean;
  /** Its after-call work and disposition are not in the first reading of its day. */
  readonly restated: boolean;
}

/** A leg while it is made. A class, for the speed of a fixed layout: it came in, was in nobody's hands and did nothing. */
export class LegDraft implements Leg {
  contactId = '';
  masterContactId = '';
  startMs = 0;
  mediaTypeId = 4;
  isOutbound = false;
  abandoned = false;
  isShortAbandon = false;
  isRefused = false;
  isTakeover = false;
  agentId: number | null = null;
  team: Leg['team'] = null;
  skill: Leg['skill'] = null;
  entryPoint: Leg['entryPoint'];
  preQueueSeconds = 0;
  inQueueSeconds = 0;
  agentSeconds = 0;
  holdSeconds = 0;
  acwSeconds = 0;
  conferenceSeconds = 0;
  postQueueSeconds = 0;
  abandonSeconds = 0;
  totalDurationSeconds = 0;
  callbackTime = 0;
  transfer: Transfer = 'None';
  endReason = 'Contact ended';
  dispositionId: number | null = null;
  late = false;
  restated = false;

  constructor(entryPoint: Leg['entryPoint']) {
    this.entryPoint = entryPoint;
  }
}

/** When the contact was over. */
export function endOf({ startMs, totalDurationSeconds }: Leg): number {
  return startMs + totalDurationSeconds * 1_000;
}

/** -1: never queued, or a short abandon; 0: within the service level; 1: outside. */
export function serviceLevelFlag(leg: Leg): -1 | 0 | 1 {
  if (leg.inQueueSeconds === 0 || leg.isShortAbandon || leg.transfer !== 'None') return -1;
  return leg.inQueueSeconds <= SERVICE_LEVEL_SECONDS && !leg.abandoned ? 0 : 1;
}

export const SERVICE_LEVEL_SECONDS = 30;
