import type { ActivityDependencies } from '../../src/activities/index.js';
import type { Destination, Source } from '../../src/ports/index.js';
import type { PointName } from './points.js';

/** The ports through which activities touch the world: of the directory, what it names. Left out: clock, chance, the scrubber. */
export type Ports = Omit<
  ActivityDependencies,
  'ambient' | 'auditProblem' | 'directory' | 'memory' | 'meter' | 'scrub'
> & {
  readonly source: Source;
  readonly destination: Destination;
};

/** A method that changes nothing: a worker that dies in it leaves the world as it was before or after another point. */
export const READS = 'reads';
/** A method that no run calls which goes on to its end: it deletes what nobody needs, and may be repeated at any time. */
export const APART = 'apart';
/** A method that the sources and the webhook here do not have, or do not need, so no run here comes by. */
export const ABSENT = 'absent';
export type NoEffect = typeof READS | typeof APART | typeof ABSENT;

/** Points in the middle of a method, at what its adapter does to the file system, to Postgres or to the caller. */
export interface Within {
  /** A file has got its name. */
  readonly rename?: (content: string) => PointName;
  /** A second name has been given, of one that must not be overwritten. */
  readonly link?: PointName;
  /** The audit entry is inserted. */
  readonly insert?: PointName;
  /** COMMIT is out. */
  readonly commit?: PointName;
  /** A function that was handed over is called. */
  readonly callback?: PointName;
}

/** The points around one effect. */
export interface Effect<Args extends readonly unknown[], Result> {
  readonly before: PointName | ((...args: Args) => PointName);
  readonly after: PointName | ((result: Result, ...args: Args) => PointName);
  /** When the method throws. */
  readonly thrown?: (...args: Args) => PointName | undefined;
  readonly within?: Within;
}

type Method = (...args: never[]) => unknown;

export type PointsOf<Port> = {
  readonly [Name in keyof Port as Port[Name] extends Method | undefined ? Name : never]-?: NonNullable<
    Port[Name]
  > extends (...args: infer Args) => infer Result
    ? NoEffect | Effect<Args, Awaited<Result>>
    : never;
};

/** Every method of every port: one that is added without its points does not compile. */
export type PortPoints = { readonly [Name in keyof Ports]: PointsOf<Ports[Name]> };

export const PORT_POINTS: PortPoints = {
  runs: {
    open: { before: 'run-record-before', after: 'run-record-opened' },
    define: { before: 'definition-before', after: 'definition-recorded' },
    reportOf: READS,
    unaudited: READS,
  },
  shapes: { recall: READS, remember: { before: 'shape-before', after: 'shape-remembered' } },
  source: {
    token: { before: 'token-before', after: 'token-granted' },
    submit: {
      before: 'submit-before',
      after: ({ state }) => (state === 'accepted' ? 'submit-acknowledged' : 'submit-put-off'),
      thrown: () => 'submit-broken-off',
    },
    read: {
      before: ({ cursor }) => (cursor === null ? 'poll-before' : 'page-before'),
      after: (answer, { cursor }) => {
        if (answer.state === 'gone') return answer.reason === '404' ? 'poll-not-ready' : 'poll-gone';
        if (answer.state === 'page' || answer.state === 'pages')
          return cursor === null ? 'page-first-received' : 'page-received';
        if (answer.reason === 'rate limited') return 'poll-rate-limited';
        return answer.reason === 'unavailable' ? 'poll-unavailable' : 'poll-running';
      },
      thrown: ({ cursor }) => (cursor === null ? 'poll-broken-off' : undefined),
      // Of the sources that have points, only that of contacts writes while it reads: days that have settled.
      within: { rename: () => 'sheet-page-renamed', link: 'sheet-settled' },
    },
    prepare: READS,
    derive: READS,
    abort: ABSENT,
    records: ABSENT,
    inspect: ABSENT,
    check: ABSENT,
    compare: ABSENT,
  },
  submissions: {
    begin: { before: 'submission-before', after: 'submission-begun' },
    settle: {
      before: 'submit-record-before',
      after: 'submit-recorded',
      within: { commit: 'submit-record-committing' },
    },
    find: READS,
  },
  // Of an organisation with limits.
  gate: {
    ask: {
      before: 'turn-before',
      after: ({ state }) => (state === 'granted' ? 'turn-granted' : 'turn-put-off'),
      within: { commit: 'turn-committing' },
    },
    posted: { before: 'posted-before', after: 'posted-noted', within: { commit: 'posted-committing' } },
    renew: { before: 'slot-renewal-before', after: 'slot-renewed' },
    end: { before: 'slot-end-before', after: 'slot-freed', within: { commit: 'slot-end-committing' } },
  },
  datasets: {
    pages: READS,
    get: READS,
    addPage: {
      before: 'page-store-before',
      after: 'page-stored',
      within: { rename: () => 'page-renamed', link: 'page-noted' },
    },
    putPage: {
      before: 'derived-page-before',
      after: 'derived-page-stored',
      within: { rename: () => 'derived-page-renamed' },
    },
    bodies: READS,
    seal: { before: 'manifest-before', after: 'manifest-stored' },
    put: { before: 'payload-before', after: 'payload-stored', within: { rename: () => 'payload-renamed' } },
    remove: APART,
  },
  pipeline: {
    transform: {
      before: 'transform-before',
      after: 'transform-done',
      // Which rows are kept is a row of bits, the manifest the text of an object.
      within: { rename: (text) => (text.startsWith('{') ? 'transform-manifest-stored' : 'transform-choice-stored') },
    },
    rollup: READS,
    table: READS,
    madeOf: READS,
    differences: READS,
    parts: READS,
  },
  ledger: {
    claim: { before: 'claim-before', after: 'revision-claimed' },
    explain: { before: 'causes-before', after: 'causes-kept' },
    fixParts: { before: 'parts-before', after: 'parts-fixed' },
    walk: { before: 'walk-before', after: 'walk-over', within: { callback: 'walk-locked' } },
    recordAnswer: {
      before: 'delivery-record-before',
      after: (_nothing, _key, { delivered }) => (delivered ? 'delivery-recorded' : 'refusal-recorded'),
      within: { commit: 'delivery-record-committing' },
    },
    answerOf: READS,
    findAll: READS,
    partsBy: READS,
  },
  expectations: { note: APART, retire: APART },
  scheduleDirectory: { standing: READS, pause: APART },
  coverage: { read: READS },
  alerts: {
    raise: APART,
    end: APART,
    waiting: READS,
    handedOver: APART,
    find: READS,
    list: READS,
    noteSend: APART,
  },
  receivers: { receiversOf: READS, send: APART },
  sent: { highest: READS, note: { before: 'number-before', after: 'number-noted' } },
  destination: {
    encode: READS,
    deliver: {
      before: 'webhook-before',
      after: ({ delivered }) => (delivered ? 'webhook-acknowledged' : 'webhook-refused'),
    },
    commit: ABSENT,
    check: READS,
  },
  audit: {
    append: {
      before: 'audit-before',
      after: 'audit-committed',
      within: { insert: 'audit-inserted', commit: 'audit-committing' },
    },
    has: READS,
    missing: READS,
    comparedUntil: READS,
    noteCompared: APART,
  },
  runDirectory: { endedFromOutside: READS, closedSince: READS, firstOf: READS, statusOf: READS },
  retention: { deleteExpired: APART },
};
