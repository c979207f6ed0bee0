import { isCoveredSpan, lateableWindows, type DueWindow } from '../../calendar/covered/due-windows.js';
import { instantText } from '../../calendar/date-text.js';
import { labelsIn } from '../../calendar/windows.js';
import { alertIdOf } from '../../contract/values/ids.js';
import type {
  Alert,
  AlertReceivers,
  AlertRecords,
  Ambient,
  CoverageRecords,
  NewAlert,
  ScheduleDirectory,
  SeriesFacts,
  StandingSchedule,
} from '../../ports/index.js';
import { cancellation, reportProgress } from '../interceptor.js';

interface Deps {
  readonly ambient: Ambient;
  readonly alerts: AlertRecords;
  readonly receivers: Pick<AlertReceivers, 'rules'>;
  readonly coverage: Pick<CoverageRecords, 'read'>;
  readonly scheduleDirectory: Pick<ScheduleDirectory, 'standing'>;
}

const OPEN_MOST = 10_000;

/**
 * Compares what schedules should have read with what destinations have: from the records, so that also a start is missed
 * that Temporal never made, was told not to make, or has forgotten.
 */
export function findLate({ ambient, alerts, receivers, coverage, scheduleDirectory }: Deps) {
  return async (): Promise<{ readonly late: number; readonly recovered: number }> => {
    const signal = cancellation();
    const nowMs = ambient.now();
    const at = new Date(nowMs).toISOString();
    const all = await coverage.read({}, signal);
    const open = await alerts.list({ limit: OPEN_MOST, event: 'window.late', isOpen: true }, signal);
    const known = new Set(open.map(({ id }) => id));
    const schedules = once(() => standingById(scheduleDirectory, signal));
    let [late, recovered] = [0, 0];
    for (const facts of all) {
      for (const due of lateableWindows(facts, nowMs, receivers.rules.lateAfterMs)) {
        if (due.state !== 'open' || known.has(alertIdOf('window.late', keyOf(facts, due)))) continue;
        const why = reasonOf(due, (await schedules()).get(due.scheduleId));
        if (await alerts.raise(lateAlert(facts, due, why), at, signal)) late += 1;
        reportProgress({ late, recovered });
      }
    }
    for (const alert of open) {
      const ended = endOf(alert, all);
      if (ended === undefined) continue;
      await alerts.end(ended.until, ended.alert, at, signal);
      recovered += 1;
    }
    return { late, recovered };
  };
}

type Key = readonly string[];

function keyOf({ org, series, destination }: SeriesFacts, { start, end }: Pick<DueWindow, 'start' | 'end'>): Key {
  return [org, series, destination, instantText(start), instantText(end)];
}

function lateAlert(facts: SeriesFacts, due: DueWindow, why: string): NewAlert {
  const { org, series, source, destination, timeZone, report } = facts;
  const window = { from: instantText(due.start), to: instantText(due.end) };
  const label = labelsIn(timeZone)(window);
  const name = report?.name === undefined ? '' : ` of "${report.name}"`;
  const key = keyOf(facts, due);
  return {
    event: 'window.late',
    key,
    org,
    what: `The window ${label} (${timeZone})${name} of ${org} is late at ${destination}: ${why}`,
    about: {
      ...{ series, source, destination, schedule: due.scheduleId, window: { ...window, timeZone, label } },
      ...(due.run && { workflowId: due.run.workflowId }),
    },
    fold: [org, series, destination],
    until: ['late', ...key],
  };
}

/** As far as it can be told from here. */
function reasonOf({ scheduleId, run }: DueWindow, schedule: StandingSchedule | undefined): string {
  if (run?.outcome === null) return `its run ${run.workflowId} has not ended`;
  if (schedule === undefined) return `the schedule ${scheduleId} is not in Temporal any more`;
  if (schedule.paused)
    return `the schedule ${scheduleId} is paused${schedule.note === null ? '' : ` (${schedule.note})`}`;
  return `the schedule ${scheduleId} has started no run that read it`;
}

/** What ends an alert: figures at the destination, or that nobody expects them any more. */
function endOf(
  { about, org }: Alert,
  all: readonly SeriesFacts[],
): { readonly until: readonly string[]; readonly alert: NewAlert | undefined } | undefined {
  const { series = '', destination = '', schedule, window } = about;
  if (window === undefined || org === null) return undefined;
  const key = [org, series, destination, window.from, window.to];
  const until = ['late', ...key];
  const facts = all.find((each) => each.org === org && each.series === series && each.destination === destination);
  const isExpected = facts?.expectations.some(({ scheduleId, untilMs }) => scheduleId === schedule && untilMs === null);
  if (facts === undefined) return { until, alert: undefined };
  if (!isCoveredSpan(facts.windows, { start: Date.parse(window.from), end: Date.parse(window.to) })) {
    return isExpected === true ? undefined : { until, alert: undefined };
  }
  const { label = `${window.from} to ${window.to}`, timeZone = 'UTC' } = window;
  const what = `The window ${label} (${timeZone}) of ${org} has arrived at ${destination}`;
  return { until, alert: { event: 'window.recovered', key, org, what, about, fold: key } };
}

async function standingById(
  directory: Pick<ScheduleDirectory, 'standing'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StandingSchedule>> {
  const found = new Map<string, StandingSchedule>();
  for await (const schedule of directory.standing(undefined, signal)) found.set(schedule.id, schedule);
  return found;
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => (known ??= read());
}
