import type { Folder } from './folder.js';
import { EvidenceError, OBJECT, oneOf, TEXT, TEXTS, WHOLE, type JsonObject, type Line } from './line.js';

const EXPECTED = oneOf('completed', 'failed', 'cancelled', 'terminated', 'any');

/** A run that was asked for. Each workflow id is asked for once. */
export interface Requested {
  readonly workflowId: string;
  readonly request: JsonObject;
  readonly expect: 'completed' | 'failed' | 'cancelled' | 'terminated' | 'any';
}

/** A process that was killed, until it was there again. */
export interface Outage {
  readonly target: string;
  readonly fromMs: number;
  /** Infinity: it never came back. */
  readonly untilMs: number;
  readonly pid: number;
  /** Undefined: it never came back. */
  readonly nextPid: number | undefined;
  /** Runs that were under way when it struck. */
  readonly inFlight: number;
}

/** What was to be injected: names of faults, by the side that plays them, and what was to be killed. */
export interface Plan {
  readonly cxone: readonly string[];
  readonly receiver: readonly string[];
  readonly targets: readonly string[];
}

/** What was done to the product, by whoever attacked it. */
export interface Operator {
  readonly plan: Plan | undefined;
  /** By workflow id. */
  readonly requested: ReadonlyMap<string, Requested>;
  /** Workflow ids that a cancellation was asked for. */
  readonly cancelAsked: ReadonlySet<string>;
  /** Workflow ids that Temporal was seen to have terminated. */
  readonly terminated: ReadonlySet<string>;
  readonly outages: readonly Outage[];
}

const EVENT = oneOf('plan', 'requested', 'cancel-asked', 'terminated', 'kill', 'back');

/** @throws EvidenceError also for an event that is not agreed: a misspelt kill must not vanish */
export function readOperator(folder: Folder): Operator {
  const lines = folder.lines('operator.ndjson');
  const of = (event: string): readonly Line[] => lines.filter((line) => line.must('event', EVENT) === event);
  const ids = (event: string): ReadonlySet<string> => new Set(of(event).map((line) => line.must('workflowId', TEXT)));
  return {
    plan: of('plan').map(plan).at(-1),
    requested: requests(of('requested')),
    cancelAsked: ids('cancel-asked'),
    terminated: ids('terminated'),
    outages: outages(of('kill'), of('back')),
  };
}

function plan(line: Line): Plan {
  const faults = line.within('faults');
  return {
    cxone: faults.must('cxone', TEXTS),
    receiver: faults.must('receiver', TEXTS),
    targets: line.must('targets', TEXTS),
  };
}

function requests(lines: readonly Line[]): ReadonlyMap<string, Requested> {
  const found = new Map<string, Requested>();
  for (const line of lines) {
    const workflowId = line.must('workflowId', TEXT);
    if (found.has(workflowId)) throw new EvidenceError(`${line.place}: ${workflowId} was requested before`);
    found.set(workflowId, {
      workflowId,
      request: line.must('request', OBJECT),
      expect: line.must('expect', EXPECTED),
    });
  }
  return found;
}

function outages(kills: readonly Line[], returns: readonly Line[]): readonly Outage[] {
  return kills.map((kill) => {
    const target = kill.must('target', TEXT);
    const fromMs = kill.instant('at');
    const back = returns.find((line) => line.must('target', TEXT) === target && line.instant('at') >= fromMs);
    return {
      target,
      fromMs,
      untilMs: back?.instant('at') ?? Infinity,
      pid: kill.must('pid', WHOLE),
      nextPid: back?.must('pid', WHOLE),
      inFlight: kill.must('inFlight', WHOLE),
    };
  });
}
