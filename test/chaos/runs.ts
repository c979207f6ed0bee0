import type { RunHandle } from '../../src/client.js';
import type { Expectation, Plan, PlannedRun } from './plan.js';
import type { Service, Told } from './service.js';

/** What is not as promised. */
export interface Finding {
  readonly promise: string;
  readonly subject: string;
  readonly what: string;
}

export interface Runs {
  readonly counts: { readonly started: number; readonly closed: number };
  /** How runs ended, as their callers were told: so many of each. */
  readonly ends: Readonly<Record<Told, number>>;
  /** Runs that ended otherwise than they may. */
  readonly findings: readonly Finding[];
  /** Workflow ids of those that have been started and have not ended. */
  readonly underWay: ReadonlySet<string>;
  readonly allStarted: Promise<void>;
  /** Resolves when all that were started have ended. Rejects when the waiting is broken off. */
  readonly done: Promise<void>;
}

interface RunsOptions {
  readonly plan: Plan;
  readonly service: Service;
  readonly inFlight: number;
  /** Whether one more is to be started, after so many. */
  readonly more: (started: number) => boolean;
}

/** Keeps so many runs under way until enough have been started. */
export function startRuns({ plan, service, inFlight, more }: RunsOptions): Runs {
  const standing = new Map<number, Promise<unknown>>();
  const ends: Record<Told, number> = {};
  const findings: Finding[] = [];
  const underWay = new Set<string>();
  const counts = { started: 0, closed: 0 };
  let enough: () => void = () => undefined;
  const allStarted = new Promise<void>((resolve) => {
    enough = resolve;
  });

  const started = async (planned: PlannedRun): Promise<RunHandle> => {
    if (planned.againOf !== undefined) await standing.get(planned.againOf);
    return service.start(planned);
  };
  const runOne = async (planned: PlannedRun): Promise<void> => {
    const start = started(planned);
    standing.set(planned.index, start);
    const run = await start;
    const { workflowId } = run;
    underWay.add(workflowId);
    const [told] = await Promise.all([service.result(run), service.interrupt(planned, run)]);
    underWay.delete(workflowId);
    counts.closed += 1;
    ends[told] = (ends[told] ?? 0) + 1;
    if (MAY_END[planned.expect].includes(told)) return;
    findings.push({
      promise: 'end',
      subject: workflowId,
      what: `ended as ${told}, where ${planned.expect} was expected`,
    });
  };
  const slot = async (): Promise<void> => {
    while (more(counts.started)) {
      counts.started += 1;
      await runOne(plan.run(counts.started - 1));
    }
    enough();
  };
  const done = Promise.all(Array.from({ length: inFlight }, slot)).then(() => undefined);
  return { counts, ends, findings, underWay, allStarted, done };
}

/** What a caller may be told. */
const MAY_END: Readonly<Record<Expectation, readonly Told[]>> = {
  completed: ['completed', 'unchanged'],
  failed: ['QueryRejected'],
  cancelled: ['completed', 'unchanged', 'RunCancelled'],
  terminated: ['completed', 'unchanged', 'RunTerminated'],
};
