import type { FaultPoint } from '../../../simulator/faults/fault.js';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import type { CircuitLimits } from '../../../src/sources/http/circuit.js';
import { at, type Expected, type Row } from './matrix.js';

/**
 * What a reading of contacts asks CXone: where tokens are, a token, one contact for the spelling of fields, pages of days,
 * and the sums by skill.
 */
export const CONTACT_PLACES = ['discovery', 'token', 'names', 'page', 'sums'] as const;
export type ContactPlace = (typeof CONTACT_PLACES)[number];

/** Which request of which kind is struck: the first contact is for the spelling, the fifth is in the middle of a day. */
export const STRUCK: Readonly<Record<ContactPlace, { readonly on: FaultPoint; readonly nth: number }>> = {
  discovery: { on: 'discovery', nth: 1 },
  token: { on: 'grant', nth: 1 },
  names: { on: 'contacts', nth: 1 },
  page: { on: 'contacts', nth: 5 },
  sums: { on: 'list', nth: 1 },
};

type Fault = NonNullable<FaultSchedule['script']>[number]['fault'];

export interface ContactsKind extends Row<ContactPlace> {
  readonly fault: Fault;
  readonly times: number;
  /** Deadlines of 2.5 s in place of 60 s a request and 5 min a page; answers of 1 MiB at most. */
  readonly hasty?: boolean;
  readonly circuit?: Partial<CircuitLimits>;
}

const FOR_EVER = 999;
const once = (fault: Fault): Pick<ContactsKind, 'fault' | 'times'> => ({ fault, times: 1 });
const forEver = (fault: Fault): Pick<ContactsKind, 'fault' | 'times'> => ({ fault, times: FOR_EVER });
const ended = (ends: Expected['ends'], bound: string, more: Partial<Expected> = {}): Expected => ({
  ends,
  bound,
  ...more,
});

const SOON = { deadline: '30 seconds' };
const NEVER_OPEN = { consecutive503: 1_000 };
const NOT_RECONCILED = ended('completed', 'at once: the run is not reconciled');
const ACCESS = ['discovery', 'token'] as const;
const LEGS = ['names', 'page'] as const;

/** @param lost tokens that were granted, of which nobody heard */
function again(wait = '', lost = 0): Record<ContactPlace, Expected> {
  return {
    ...at(ACCESS, ended('completed', `${wait}again after 1–2 s, 2 h in all`)),
    token: ended('completed', `${wait}again after 1–2 s, 2 h in all`, { freshTokens: lost }),
    names: ended('completed', `${wait}again after 1–2 s, until the deadline`),
    page: ended('completed', `${wait}the same page again after 1–2 s, 12 h in all`),
    sums: ended('completed', `${wait}at once: the run is not reconciled`),
  } as Record<ContactPlace, Expected>; // The cast: `at` forgets that all of its places are there.
}

const MALFORMED = ended('MalformedResponse', 'at once');
const STRANGE: ContactsKind['cells'] = {
  ...at(ACCESS, MALFORMED),
  ...at(LEGS, ended('completed', 'read again after 2 s')),
  sums: NOT_RECONCILED,
};
const THRICE = at(LEGS, ended('MalformedResponse', 'after three readings'));

export const CONTACTS_KINDS: readonly ContactsKind[] = [
  { kind: 'reset before the effect', ...once('reset-before'), cells: again() },
  { kind: 'reset after the effect', ...once('reset-after'), cells: again('', 1) },
  {
    kind: 'never answers',
    ...once({ kind: 'slow', delayMs: 86_400_000 }),
    hasty: true,
    cells: {
      ...again('after 60 s: ', 1),
      names: ended('completed', 'after 5 min: half of the window'),
      page: ended('completed', 'after 5 min: fewer rows a page'),
    },
  },
  { kind: 'truncated', ...once('truncated'), cells: again('', 1) },
  { kind: 'HTML with 200', ...once('html'), cells: STRANGE },
  { kind: 'HTML with 200, for ever', ...forEver('html'), cells: THRICE },
  {
    kind: 'wrong JSON with 200',
    ...once('wrong-json'),
    cells: { ...STRANGE, discovery: ended('InvalidLocation', 'at once') },
  },
  { kind: 'wrong JSON with 200, for ever', ...forEver('wrong-json'), cells: THRICE },
  { kind: 'redirect', ...once('redirect'), cells: STRANGE },
  {
    kind: '401',
    ...once('401'),
    cells: {
      discovery: MALFORMED,
      token: ended('Unauthorized', 'at once'),
      ...at([...LEGS, 'sums'], ended('completed', 'one fresh token, at once', { freshTokens: 1 })),
    },
  },
  {
    kind: '401, for ever',
    ...forEver('401'),
    cells: {
      ...at(LEGS, ended('Unauthorized', 'after one fresh token')),
      sums: ended('completed', 'after one fresh token: the run is not reconciled', { freshTokens: 1 }),
    },
  },
  {
    kind: '403',
    ...once('403'),
    cells: {
      discovery: MALFORMED,
      token: ended('Forbidden', 'at once'),
      ...at(LEGS, ended('Forbidden', 'at once')),
      sums: NOT_RECONCILED,
    },
  },
  {
    kind: '408, the answer takes too long',
    ...once({ kind: 'status', status: 408 }),
    cells: {
      ...at(ACCESS, again().token),
      names: ended('completed', 'at once: half of the window'),
      page: ended('completed', 'at once: fewer rows a page'),
      sums: NOT_RECONCILED,
    },
  },
  {
    kind: '429',
    ...once('429'),
    cells: {
      ...at(ACCESS, ended('completed', 'again as Retry-After says, 2 h in all')),
      ...at([...LEGS, 'sums'], ended('completed', 'again as Retry-After says')),
    },
  },
  {
    kind: '429, for ever',
    ...forEver('429-bare'),
    circuit: NEVER_OPEN,
    cells: {
      ...at(LEGS, ended('QueryDeadlineExceeded', 'the deadline', SOON)),
      sums: ended('completed', 'after three times: the run is not reconciled'),
    },
  },
  {
    kind: '503',
    ...once('503'),
    cells: {
      ...at(ACCESS, again().token),
      ...at([...LEGS, 'sums'], ended('completed', 'again at the cadence of polls')),
    },
  },
  {
    kind: '503, for ever',
    ...forEver('503'),
    circuit: NEVER_OPEN,
    cells: {
      ...at(LEGS, ended('QueryDeadlineExceeded', 'the deadline', SOON)),
      sums: ended('completed', 'after three times: the run is not reconciled'),
    },
  },
  {
    kind: 'a total that changes',
    ...once({ kind: 'wrong-total', by: 5 }),
    cells: { page: ended('completed', 'at once: the day again from its start') },
  },
  {
    kind: 'a page that comes twice',
    ...once('page-loop'),
    cells: { page: ended('completed', 'at once: the day again from its start') },
  },
];
