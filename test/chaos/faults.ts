import type { FaultPoint, Operation } from '../../simulator/faults/fault.js';
import type { FaultName, FaultSchedule } from '../../simulator/faults/named.js';
import { drawFrom, shuffled, type Draw } from './draw.js';

type Script = NonNullable<FaultSchedule['script']>[number];
type Rate = NonNullable<FaultSchedule['rates']>[number];
type Spec = Script['fault'];

/** What source and receiver do wrong in a chaos run, all of it such that the run ends well none the less. */
export interface PlannedFaults {
  readonly cxone: FaultSchedule;
  readonly receiver: FaultSchedule;
  /** What the journals call them. */
  readonly names: { readonly cxone: readonly string[]; readonly receiver: readonly string[] };
}

/** Faults that may strike the same query, submission or message again and again: they cost time and nothing else. */
type Lasting = readonly Spec[];
/** Faults of which a run bears so many and no more. */
interface Bounded {
  readonly perSubject: number;
  readonly faults: readonly Spec[];
}

interface Misbehaviour {
  readonly lasting: Lasting;
  readonly bounded: Bounded;
  /** Requests of a run, about: by it the scripted strikes are spread over the first part of the runs. */
  readonly requestsPerRun: number;
  /** Of each fault, beyond the scripted strikes. */
  readonly rate: number;
}

const DRIP = { kind: 'drip', bytes: 2_048, everyMs: 100 } as const;

const BROKEN_OFF = ['drop-before', 'drop-after', 'reset-before', 'reset-after'] as const satisfies readonly FaultName[];
const BUSY = [
  '429',
  '429-date',
  '429-bare',
  '429-illegal',
  '503',
  '503-retry-after',
] as const satisfies readonly FaultName[];
const AWAY = ['500', '502', '504'] as const satisfies readonly FaultName[];
/** Three results that cannot be trusted fail the run. */
const UNTRUSTED = [
  'html',
  'wrong-json',
  'cut-json',
  'wrong-total',
  'other-query',
  'strange-rows',
  'redirect',
] as const satisfies readonly FaultName[];

const NONE: Bounded = { perSubject: 1, faults: [] };

const MISBEHAVIOUR = {
  token: {
    lasting: [...BROKEN_OFF, ...AWAY, '429', '503-retry-after', 'slow'],
    bounded: { perSubject: 1, faults: [] },
    requestsPerRun: 0.6,
    rate: 0.01,
  },
  // Five submissions that may have been accepted unseen fail the run; crashes have a share in them.
  submit: {
    lasting: [...BUSY, 'slow'],
    bounded: { perSubject: 2, faults: [...BROKEN_OFF, ...AWAY, '502-after', 'truncated'] },
    requestsPerRun: 1.2,
    rate: 0.01,
  },
  poll: {
    lasting: [...BROKEN_OFF, ...AWAY, ...BUSY, 'truncated', 'running', 'slow', DRIP],
    bounded: { perSubject: 1, faults: [...UNTRUSTED, 'page-loop'] },
    requestsPerRun: 2.5,
    rate: 0.005,
  },
  page: {
    lasting: [...BROKEN_OFF, ...AWAY, ...BUSY, 'truncated', 'running', 'slow', DRIP],
    bounded: { perSubject: 1, faults: [...UNTRUSTED, 'page-loop'] },
    requestsPerRun: 1.5,
    rate: 0.005,
  },
  // The second failed attempt of a part is followed by a wait of five minutes.
  webhook: {
    lasting: ['slow', DRIP],
    bounded: {
      perSubject: 1,
      faults: [...BROKEN_OFF, ...AWAY, ...BUSY, '401', '404', '502-after', 'redirect', 'truncated'],
    },
    requestsPerRun: 1.2,
    rate: 0.01,
  },
  // Where the tokens of access keys are, and the tokens: asked for by each new worker.
  grant: { lasting: ['reset-after', '503'], bounded: NONE, requestsPerRun: 0.2, rate: 0.02 },
  // A day of contacts is begun again after an untrusted page, three times at most; days are shared by runs.
  contacts: {
    lasting: ['reset-before', '504', '429', '503-retry-after', 'truncated', 'slow'],
    bounded: { perSubject: 1, faults: ['html', 'cut-json', 'wrong-total', '401-revoked'] },
    requestsPerRun: 1.6,
    rate: 0.002,
  },
} as const satisfies Readonly<Record<Operation | 'grant' | 'contacts', Misbehaviour>>;

/** So many strikes of each fault are certain, once there have been enough requests. */
const SCRIPTED = 2;
/** The share of the runs within which they are due. */
const WITHIN = 0.6;

/** The faults of a seed. They are spread so that all of them have struck, and more than once, well before the last of `runs`. */
export function planFaults(seed: string, runs: number): PlannedFaults {
  const draw = drawFrom(seed);
  const of = (operation: keyof typeof MISBEHAVIOUR): FaultSchedule =>
    scheduleOf(draw, operation, MISBEHAVIOUR[operation], runs);
  const cxone = merged([
    of('token'),
    of('submit'),
    of('poll'),
    of('page'),
    of('grant'),
    of('contacts'),
    { script: [...lostOnTheWay(runs)] },
  ]);
  const receiver = of('webhook');
  return { cxone, receiver, names: { cxone: namesOf(cxone), receiver: namesOf(receiver) } };
}

function scheduleOf(
  draw: Draw,
  on: FaultPoint,
  { lasting, bounded, ...dose }: Misbehaviour,
  runs: number,
): FaultSchedule {
  const rules = [
    ...lasting.map((fault) => ({ on, fault })),
    ...bounded.faults.map((fault) => ({ on, fault, perSubject: bounded.perSubject })),
  ];
  const strikes = shuffled(Array.from({ length: SCRIPTED }, () => rules).flat(), draw, `strikes ${on}`);
  const horizon = runs * dose.requestsPerRun * WITHIN;
  return {
    script: strikes.map((rule, at) => ({
      ...rule,
      nth: 1 + Math.floor((horizon * (at + draw(`nth ${on}`, at))) / strikes.length),
    })),
    rates: rules.map((rule): Rate => ({ ...rule, rate: dose.rate })),
  };
}

const APART = 16;

/**
 * Tokens that are refused, and queries that vanish. A run bears one 401 a request and two vanished queries: so the former
 * come far apart and strike polls only, and of the latter there are no more than two.
 */
function lostOnTheWay(runs: number): readonly Script[] {
  const count = Math.max(2 * SCRIPTED, Math.floor((runs * MISBEHAVIOUR.poll.requestsPerRun) / APART));
  const refused = Array.from({ length: count }, (_, at): Script => {
    return { on: 'poll', nth: APART * (at + 1), fault: at % 2 === 0 ? '401-revoked' : '401' };
  });
  const vanished = [1, 2].map((at): Script => ({
    on: 'poll',
    nth: APART * at + APART / 2,
    fault: 'expired',
    perSubject: 1,
  }));
  return [...refused, ...vanished];
}

function merged(schedules: readonly FaultSchedule[]): FaultSchedule {
  return {
    script: schedules.flatMap(({ script = [] }) => script),
    rates: schedules.flatMap(({ rates = [] }) => rates),
  };
}

function namesOf({ script = [] }: FaultSchedule): readonly string[] {
  const names = script.map(({ fault }) => (typeof fault === 'string' ? fault : fault.kind));
  return [...new Set(names)].toSorted();
}
