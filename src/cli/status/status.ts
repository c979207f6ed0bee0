import { describeCoverage } from '../../calendar/covered/describe-coverage.js';
import { withDatabase } from '../../composition/stores.js';
import { ConfigError, sentenceOf } from '../../config/errors.js';
import { AdapterError } from '../../contract/adapter-error.js';
import type { SeriesCoverage, WindowListing } from '../../contract/result/coverage.js';
import type { Alert, GateState } from '../../ports/index.js';
import { alertRecords } from '../../records/alerts/alert-records.js';
import { gateReader } from '../../records/gate/gate-state.js';
import { coverageRecords } from '../../records/windows/coverage.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { nextSteps } from './next-steps.js';
import type { Known, Status } from './standing.js';
import { statusText } from './status-text.js';

const ALERTS_MOST = 20;
const NOTHING: Known = { organisations: [], series: [], late: [], alerts: [], isScheduled: false };

/** `journey-metrics status`, and without arguments. Always 0: that nothing runs is an answer. */
export async function status(terminal: Terminal, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const { known, problem } = await lookAround(terminal);
  const { isScheduled: _, ...facts } = known;
  const found: Status = { ready: problem === null, problem, ...facts, next: nextSteps(known, problem) };
  if (json) terminal.printJson(found);
  else terminal.print(statusText(found, terminal));
  return EXIT.done;
}

async function lookAround(terminal: Terminal): Promise<{ readonly known: Known; readonly problem: string | null }> {
  try {
    return await withDatabase(terminal.config.databaseUrl(), async (database, signal, { present }) => {
      if (present === 0)
        return { known: NOTHING, problem: 'No worker has started yet: the first one makes the records.' };
      const [series, organisations, alerts] = await Promise.all([
        coverageRecords(database).read({}, signal),
        gateReader(database).states(undefined, signal),
        alertRecords(database).list({ limit: ALERTS_MOST, isOpen: true }, signal),
      ]);
      const isScheduled = series.some(({ expectations }) => expectations.some(({ untilMs }) => untilMs === null));
      const coverage = describeCoverage(series, {
        nowMs: terminal.now(),
        graceMs: terminal.config.alertRules().lateAfterMs,
      });
      return { known: knownOf({ coverage, organisations, alerts, isScheduled }), problem: null };
    });
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof AdapterError)) throw error;
    return { known: NOTHING, problem: terminal.scrubber.scrub(sentenceOf(error)) };
  }
}

interface Looked {
  readonly coverage: readonly SeriesCoverage[];
  readonly organisations: readonly GateState[];
  readonly alerts: readonly Alert[];
  readonly isScheduled: boolean;
}

function knownOf({ coverage, organisations, alerts, isScheduled }: Looked): Known {
  return {
    isScheduled,
    organisations: organisations.map(({ org, circuit, lastSuccess }) => ({ org, circuit, lastSuccess })),
    series: coverage.map(({ windows, stretches: _, ...facts }) => ({ ...facts, windows: countsOf(windows) })),
    late: coverage.flatMap(({ org, series, destination, windows }) =>
      windows
        .filter(({ state, schedule }) => state === 'late' || (state === 'missing' && schedule !== null))
        .map(({ from, to, label, state, schedule }) => ({
          org,
          series,
          destination,
          from,
          to,
          label,
          state,
          schedule,
        })),
    ),
    alerts: alerts.map(({ id, event, org, what, raisedAt }) => ({ id, event, org, what, raisedAt })),
  };
}

function countsOf(windows: readonly WindowListing[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of windows) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
