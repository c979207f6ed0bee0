import { OPERATIONS, type Operation } from '../../../simulator/faults/fault.js';
import { at, OF_RESULT, seeds, type Expected, type Injection, type NetworkKind } from './matrix.js';
import { RETRY_AFTER_KINDS } from './retry-after-kinds.js';

type Fault = Extract<Injection, { fault: unknown }>['fault'];

const FOR_EVER = 99;
const once = (fault: Fault): Injection => ({ fault, times: 1 });
const forEver = (fault: Fault): Injection => ({ fault, times: FOR_EVER });

const ended = (ends: Expected['ends'], bound: string, more: Partial<Expected> = {}): Expected => {
  return { ends, bound, ...more };
};
const NEVER_OPEN = { consecutive503: 1_000 };
const SOON = { deadline: '30 seconds' };
const UNHARMED = ended('completed', 'at once');
const HEAD_SAYS_ALL = ended('completed', 'at once: the head says all');
/** Nothing in a broken 202 names the query: it is submitted once more for that, and this source makes another query of it. */
const ASKED_FOR_NAME = ended('completed', 'at once: submitted once more, for the name of the query', { orphans: 1 });
const BROKEN_BODY = { submit: ASKED_FOR_NAME, webhook: HEAD_SAYS_ALL };
const MALFORMED = ended('MalformedResponse', 'at once');
const READ_ANEW = at(OF_RESULT, ended('completed', 'read again after 2 s'));
const THRICE = at(OF_RESULT, ended('MalformedResponse', 'after three readings'));
const ACKNOWLEDGED = ended('completed', 'at once: any 2xx acknowledges');
const ATTEMPT_2 = ended('completed', 'attempt 2 after 5 s', { attempts: 2 });

/** A request that nobody knows the fate of. `wait`: how long it takes to know that. */
function again(wait = '', { lost = 0 } = {}): Record<Operation, Expected> {
  return {
    token: ended('completed', `${wait}again after 1–2 s, 2 h in all`),
    submit: ended('completed', `${wait}again after 2 s with the same key, 5 times in all`, { orphans: 1 }),
    poll: ended('completed', `${wait}again after 1–2 s, until the deadline`),
    page: ended('completed', `${wait}again after 1–2 s, 12 h in all`),
    webhook: ended('completed', `${wait}attempt 2 after 5 s`, { duplicates: lost }),
  };
}
const NOTHING_SENT = ended('completed', 'again after 1–2 s, 2 h in all');

const BROKEN_OFF: readonly NetworkKind[] = [
  {
    kind: 'connection refused',
    inject: { door: 'refuses', times: 1 },
    cells: { ...at(['token', 'submit'], NOTHING_SENT), poll: again().poll, page: again().page },
  },
  { kind: 'connection refused', inject: { door: 'refuses', times: 1 }, cells: { webhook: ATTEMPT_2 } },
  { kind: 'reset before the effect', inject: once('reset-before'), cells: again() },
  {
    kind: 'reset after the effect',
    inject: once('reset-after'),
    cells: seeds(again('', { lost: 1 }), { submit: 'a connection lost after the submission loses no query' }),
  },
  {
    kind: 'reset before the effect, for ever',
    inject: forEver('reset-before'),
    circuit: NEVER_OPEN,
    cells: {
      submit: ended('SubmissionAmbiguous', '5 submissions in 32 s', { orphans: 5 }),
      poll: ended('UpstreamUnavailable', 'the deadline, or 30 s', SOON),
    },
  },
  {
    kind: 'never answers',
    inject: once({ kind: 'slow', delayMs: 86_400_000 }),
    hasty: true,
    cells: { ...again('after 60 s: ', { lost: 1 }), webhook: again('after 20 s: ', { lost: 1 }).webhook },
  },
  {
    kind: 'never answers, for ever',
    inject: forEver({ kind: 'slow', delayMs: 86_400_000 }),
    circuit: NEVER_OPEN,
    hasty: true,
    cells: {
      submit: ended('SubmissionAmbiguous', '5 submissions of 60 s, 32 s between them', { orphans: 5 }),
      poll: ended('UpstreamUnavailable', 'the deadline, or 30 s, and one request more', SOON),
    },
  },
  { kind: 'truncated', inject: once('truncated'), cells: { ...again(), ...BROKEN_BODY } },
  {
    kind: 'Content-Length above what is sent',
    inject: once('length-above'),
    hasty: true,
    cells: { ...again('after 60 s: '), ...BROKEN_BODY },
  },
  {
    kind: 'Content-Length below what is sent',
    inject: once('length-below'),
    cells: { token: MALFORMED, ...READ_ANEW, ...BROKEN_BODY },
  },
  {
    kind: 'TLS 1.1',
    inject: { door: 'TLS 1.1', times: 1 },
    cells: { ...at(['token', 'submit'], NOTHING_SENT), poll: again().poll, page: again().page },
  },
  {
    kind: 'TLS 1.1, for ever',
    inject: { door: 'TLS 1.1', times: FOR_EVER },
    cells: { webhook: ended('cancelled', 'ten attempts in three days') },
  },
];

const SLOW: readonly NetworkKind[] = [
  { kind: 'slow, 1 s', inject: once({ kind: 'slow', delayMs: 1_000 }), cells: at(OPERATIONS, UNHARMED) },
  { kind: 'dripping', inject: once({ kind: 'drip', bytes: 16, everyMs: 20 }), cells: at(OPERATIONS, UNHARMED) },
  {
    kind: 'dripping past every bound',
    inject: once({ kind: 'drip', bytes: 1, everyMs: 500 }),
    hasty: true,
    cells: {
      token: again('after 60 s: ').token,
      submit: ended('completed', 'after 60 s: submitted once more, for the name of the query', { orphans: 1 }),
      poll: again('after 5 min: ').poll,
      page: again('after 5 min: ').page,
      webhook: ended('completed', 'after 20 s: the head says all'),
    },
  },
];

const STRANGE: readonly NetworkKind[] = [
  {
    kind: 'gzip bomb',
    inject: once({ kind: 'gzip-bomb', bytes: 64 * 2 ** 20 }),
    cells: { token: MALFORMED, submit: ASKED_FOR_NAME, ...READ_ANEW, webhook: ACKNOWLEDGED },
  },
  { kind: 'gzip bomb, for ever', inject: forEver({ kind: 'gzip-bomb', bytes: 64 * 2 ** 20 }), cells: THRICE },
  {
    kind: 'larger than it may be',
    inject: once({ kind: 'oversized', bytes: 2 * 2 ** 20 }),
    hasty: true,
    cells: {
      token: ended('ResponseTooLarge', 'at 1 MiB'),
      submit: ASKED_FOR_NAME,
      ...READ_ANEW,
      webhook: ACKNOWLEDGED,
    },
  },
  {
    kind: 'larger than it may be, for ever',
    inject: forEver({ kind: 'oversized', bytes: 2 * 2 ** 20 }),
    hasty: true,
    cells: seeds(at(OF_RESULT, ended('ResponseTooLarge', 'after three readings, each up to 64 MiB')), {
      poll: 'a body without end is ResponseTooLarge',
    }),
  },
  ...(['html', 'wrong-json'] as const).flatMap((kind): NetworkKind[] => {
    const name = kind === 'html' ? 'HTML with 200' : 'wrong JSON with 200';
    const fault = { kind, afterEffect: true } as const;
    const submit = ended('MalformedResponse', 'at once', { orphans: 1 });
    return [
      {
        kind: name,
        inject: once(fault),
        cells: seeds(
          { token: MALFORMED, submit, ...READ_ANEW, webhook: ACKNOWLEDGED },
          kind === 'html'
            ? { token: 'a token answer that is HTML is a failure, not an empty token' }
            : { page: 'one bad reading is forgiven: the second one is whole' },
        ),
      },
      {
        kind: `${name}, for ever`,
        inject: forEver(fault),
        cells: seeds(THRICE, kind === 'html' ? { poll: 'HTML with 200 is no success with accuracy 100' } : {}),
      },
    ];
  }),
  {
    kind: 'redirect',
    inject: once('redirect'),
    cells: seeds(
      { ...at(['token', 'submit'], MALFORMED), ...READ_ANEW, webhook: ATTEMPT_2 },
      { webhook: 'a redirect to a login page is no delivery, and is not followed' },
    ),
  },
  { kind: 'redirect, for ever', inject: forEver('redirect'), cells: THRICE },
];

const REFUSED: readonly NetworkKind[] = [
  {
    kind: '401',
    inject: once('401'),
    cells: seeds(
      {
        token: ended('Unauthorized', 'at once'),
        ...at(['submit', 'poll', 'page'], ended('completed', 'one fresh token, at once', { freshTokens: 1 })),
        webhook: ATTEMPT_2,
      },
      {
        token: 'credentials that are refused for good end as Unauthorized',
        poll: 'a token that is refused in mid-poll is replaced once, and the run goes on',
      },
    ),
  },
  {
    kind: '401, for ever',
    inject: forEver('401'),
    cells: at(['submit', 'poll', 'page'], ended('Unauthorized', 'after one fresh token')),
  },
  {
    kind: '410',
    inject: once('410'),
    cells: seeds(
      {
        token: MALFORMED,
        submit: ended('QueryRejected', 'at once'),
        ...at(OF_RESULT, ended('completed', 'a new query, at once', { generations: 2 })),
        webhook: ended('undelivered', 'at once'),
      },
      { submit: 'a failed run is audited, with its reason' },
    ),
  },
  {
    kind: '410, for ever',
    inject: forEver('410'),
    cells: at(OF_RESULT, ended('QueryExpired', 'after three queries', { generations: 3 })),
  },
  {
    kind: '503, a burst of six',
    inject: { fault: '503', times: 6 },
    circuit: { openMs: 1_000 },
    apart: true,
    cells: seeds(
      {
        token: ended('completed', 'again after 1–60 s, 2 h in all'),
        ...at(['submit', 'poll', 'page'], ended('completed', 'again at the cadence of polls, until the deadline')),
      },
      { poll: 'five 503 in a row open the circuit: the organisation is left alone, then the run goes on' },
    ),
  },
  {
    kind: '503, once',
    inject: once('503'),
    cells: seeds(
      { webhook: ATTEMPT_2 },
      { webhook: 'a receiver that fails is tried again, and the attempts are counted' },
    ),
  },
  {
    kind: '503, for ever',
    inject: forEver('503'),
    cells: at(['submit', 'poll', 'page'], ended('QueryDeadlineExceeded', 'the deadline', SOON)),
  },
  {
    kind: '429, for ever',
    inject: forEver('429-bare'),
    cells: at(['submit', 'poll', 'page'], ended('QueryDeadlineExceeded', 'the deadline', SOON)),
  },
];

export const NETWORK_KINDS: readonly NetworkKind[] = [BROKEN_OFF, SLOW, STRANGE, REFUSED, RETRY_AFTER_KINDS].flat();
