/** What befalls a caller; the generator knows it, so that a test can hold a reading against it. */
export const KINDS = [
  'answered',
  'ivr-only',
  'ivr-served',
  'ivr-hang-up',
  'abandoned',
  'short-abandon',
  'transferred',
  'transfer-abandoned',
  'long-transfer',
  'split',
  'consult',
  'conference',
  'refused',
  'callback-reached',
  'callback-missed',
  'callback-pending',
  'voicemail',
  'outbound',
  'email',
  'chat',
  'digital',
  'orphan',
  'late-transfer',
  'tie',
] as const;

export type JourneyKind = (typeof KINDS)[number];

/** Of 1,000 journeys. */
export const WEIGHTS: Readonly<Record<JourneyKind, number>> = {
  answered: 500,
  'ivr-only': 60,
  'ivr-served': 30,
  'ivr-hang-up': 40,
  abandoned: 75,
  'short-abandon': 25,
  transferred: 75,
  'transfer-abandoned': 15,
  'long-transfer': 8,
  split: 4,
  consult: 20,
  conference: 10,
  refused: 20,
  'callback-reached': 15,
  'callback-missed': 5,
  'callback-pending': 4,
  voicemail: 12,
  outbound: 40,
  email: 10,
  chat: 15,
  digital: 8,
  orphan: 3,
  'late-transfer': 3,
  tie: 3,
};

/** Kinds whose legs may begin on a later day than the next: as many days as these. */
export const SLOW_KINDS: ReadonlySet<JourneyKind> = new Set(['email', 'digital']);
export const SLOW_DAYS = 6;
