import { failuresInARow, type DueWindow } from '../../calendar/covered/due-windows.js';
import { instantText } from '../../calendar/date-text.js';
import { effectIdOf, runKeyOf } from '../../contract/values/ids.js';
import type {
  AlertReceivers,
  AlertRecords,
  Ambient,
  AuditEntry,
  AuditTrail,
  CoverageRecords,
  NewAlert,
  ScheduleDirectory,
  StandingSchedule,
} from '../../ports/index.js';
import { cancellation } from '../interceptor.js';

interface Deps {
  readonly ambient: Ambient;
  readonly alerts: Pick<AlertRecords, 'list'>;
  readonly audit: Pick<AuditTrail, 'append'>;
  readonly receivers: Pick<AlertReceivers, 'rules'>;
  readonly coverage: Pick<CoverageRecords, 'read'>;
  readonly schedules: ScheduleDirectory;
}

const PAUSES_MOST = 10_000;
const BY_US = 'paused by the worker';

/**
 * Pauses the schedules whose runs only fail, and says so: in the schedule's note, the audit trail and an alert. After
 * somebody resumed one, failures are counted from there on.
 */
export function pauseFailing({ ambient, alerts, audit, receivers, coverage, schedules }: Deps) {
  return async (): Promise<{ readonly paused: readonly string[] }> => {
    const signal = cancellation();
    const nowMs = ambient.now();
    const all = await coverage.read({}, signal);
    const before = await alerts.list({ limit: PAUSES_MOST, event: 'schedule.paused' }, signal);
    const paused: string[] = [];
    for await (const schedule of schedules.standing(undefined, signal)) {
      const most = schedule.every === null ? 'never' : receivers.rules.pauseAfter[schedule.every];
      if (most === 'never') continue;
      const last = before.find(({ about }) => about.schedule === schedule.id)?.raisedAt;
      const since = { afterMs: last === undefined ? 0 : Date.parse(last), nowMs };
      const read = all.filter(({ expectations }) => expectations.some((each) => isOf(each, schedule)));
      // Of several destinations each: one that got figures has something of the schedule.
      const failures = read.map((facts) => failuresInARow(facts, schedule.id, since)).toSorted(byLength)[0] ?? [];
      if (failures.length < most) continue;
      const note = noteOf(schedule, failures);
      // The pause before the record of it: one who dies in between finds it paused by us, and records it.
      if (!schedule.paused) await schedules.pause(schedule.id, note, signal);
      else if (schedule.note?.startsWith(BY_US) !== true) continue;
      const entry = entryOf(schedule, note, nowMs, failures);
      await audit.append(effectIdOf(entry.runKey, 'audit'), entry, signal, [alertOf(schedule, note, failures)]);
      paused.push(schedule.id);
    }
    return { paused };
  };
}

function isOf(
  each: { readonly scheduleId: string; readonly untilMs: number | null },
  { id }: StandingSchedule,
): boolean {
  return each.scheduleId === id && each.untilMs === null;
}

function byLength(one: readonly unknown[], other: readonly unknown[]): number {
  return one.length - other.length;
}

function noteOf({ id }: StandingSchedule, failures: readonly DueWindow[]): string {
  const type = failures[0]?.run?.failureType ?? 'an unknown failure';
  return `${BY_US}: its last ${failures.length} runs failed (${type}). Resume it with \`journey-metrics schedules resume ${id}\``;
}

function alertOf({ id, request }: StandingSchedule, note: string, failures: readonly DueWindow[]): NewAlert {
  const [newest] = failures;
  const type = newest?.run?.failureType;
  return {
    event: 'schedule.paused',
    key: [id, newest?.startMs ?? 0],
    org: request.org ?? null,
    what: `The schedule ${id} was ${note}`,
    about: {
      schedule: id,
      ...(newest?.run && { workflowId: newest.run.workflowId }),
      ...(type !== null && type !== undefined && { failureType: type }),
    },
    fold: [id],
  };
}

function entryOf(
  { id, request }: StandingSchedule,
  note: string,
  nowMs: number,
  failures: readonly DueWindow[],
): AuditEntry {
  const workflowId = `schedule-paused-${id}`;
  return {
    timestamp: new Date(nowMs).toISOString(),
    queryId: null,
    latency_ms: 0,
    accuracy_rate: null,
    rows_processed: 0,
    status: 'completed',
    kind: 'paused',
    org: request.org ?? null,
    workflowId,
    runKey: runKeyOf({ workflowId, firstExecutionRunId: instantText(failures[0]?.startMs ?? 0) }),
    requester: 'worker',
    queryHash: null,
    series: null,
    report: null,
    window: null,
    rows: null,
    delivery: null,
    failureType: null,
    failureMessage: `schedule ${id}: ${note}`,
  };
}
