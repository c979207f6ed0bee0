import { createDirectory } from '../../../src/composition/directory/directory.js';
import { ANALYTICS } from '../../../src/config/orgs/source.js';
import { WEBHOOK_ATTEMPTS } from '../../../src/destinations/webhook/attempts.js';
import type {
  Catalogue,
  Destination,
  Directory,
  PartAnswer,
  PartDestination,
  Source,
} from '../../../src/ports/index.js';

export const CATALOGUE: Catalogue = {
  reportTypes: ['journey-execution'],
  metrics: ['journeyCompletionRate', 'journeyDropOffRate'],
  dimensions: ['journeyId', 'channel'],
};

const unasked = (): never => {
  throw new Error('the test expected nobody to ask this');
};

/** A source of which a test says what it needs; everything else must not be asked. */
export function aSource(own: Partial<Source> = {}): Source {
  return {
    kind: 'fake',
    catalogue: CATALOGUE,
    rules: { notFoundGraceMs: 60_000, dateKey: 'date', aggregates: true, askAgain: true, lostSubmission: 'orphan' },
    token: unasked,
    submit: unasked,
    read: unasked,
    ...own,
  };
}

/** The first part of a revision, as an adapter gets it. */
export const PART = {
  partId: 'msg_1',
  part: 0,
  of: {
    deliveryId: 'd'.repeat(32),
    revision: 1,
    org: 'acme',
    window: {
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-08T00:00:00Z',
      timeZone: 'UTC',
      label: '2026-11-01..2026-11-07',
    },
    queryId: 'q',
    contentHash: 'c'.repeat(64),
    parts: 1,
  },
} as const;

export const TAKEN: PartAnswer = { delivered: true, status: 200, reason: '200', permanent: false };

/** A destination of which a test says what it needs; it takes everything. */
export function aDestination(own: Partial<PartDestination> = {}): PartDestination {
  return {
    kind: 'fake',
    limits: { maxRows: 1_000, maxBytes: 500_000 },
    attempts: WEBHOOK_ATTEMPTS,
    signs: true,
    encode: (header, { json }) => Promise.resolve(Buffer.concat([Buffer.from(JSON.stringify(header)), ...json])),
    deliver: () => Promise.resolve(TAKEN),
    check: unasked,
    ...own,
  };
}

/** Organisations with one source each, and one destination, under the names of a plain configuration. */
export function aDirectory({
  orgs = ['acme'],
  source = aSource(),
  destination = aDestination(),
}: { orgs?: readonly string[]; source?: Source; destination?: Destination } = {}): Directory {
  const own = { defaultSource: ANALYTICS, sources: { [ANALYTICS]: source } };
  return createDirectory({
    defaultOrg: orgs[0] ?? 'acme',
    defaultDestination: 'bi',
    orgs: Object.fromEntries(orgs.map((org) => [org, own])),
    destinations: { bi: destination },
  });
}
