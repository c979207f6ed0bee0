import { fillRequests } from '../../calendar/covered/fill.js';
import type { BackfillRequest } from '../../contract/request/backfill.js';
import type { SeriesCoverage, WindowListing } from '../../contract/result/coverage.js';
import { countOf } from '../../text/number-text.js';
import { printable } from '../../text/printable.js';
import { windowText } from '../../text/run-title.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { withSession, type Session } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';
import { readCoverage, seriesTitle, type CoverageOptions } from './windows.js';

export interface FillOptions extends CoverageOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** What closes the gaps of one series. */
interface Filling extends Pick<SeriesCoverage, 'org' | 'series' | 'destination' | 'source' | 'report'> {
  readonly gaps: readonly Pick<WindowListing, 'from' | 'to' | 'label' | 'state'>[];
  /** Empty where the records do not say what the series asks for. */
  readonly requests: readonly BackfillRequest[];
  /** Only with `--yes`. */
  readonly started?: readonly { readonly workflowId: string; readonly runId?: string }[];
}

/** `journey-metrics windows fill`: prints the backfills that close the gaps, or starts them. */
export async function fillWindows(terminal: Terminal, { yes, json, ...options }: FillOptions): Promise<ExitCode> {
  const known = await readCoverage(terminal, options);
  const fillings = known.flatMap(({ facts, coverage }): Filling[] => {
    const { gaps, requests } = fillRequests(facts, coverage.windows);
    const { org, series, destination, source, report } = coverage;
    return gaps.length === 0 ? [] : [{ org, series, destination, source, report, gaps, requests }];
  });
  const done = yes === true && fillings.length > 0 ? await startAll(terminal, fillings) : fillings;
  if (json) terminal.printJson(done);
  else if (done.length === 0) terminal.print('There is no gap.');
  else terminal.print(done.map((each) => fillingText(each, terminal)).join('\n\n'));
  return EXIT.done;
}

function startAll(terminal: Terminal, fillings: readonly Filling[]): Promise<readonly Filling[]> {
  return withSession(terminal, async (session) => {
    const done: Filling[] = [];
    for (const filling of fillings) {
      const started = [];
      for (const request of filling.requests) started.push(await start(session, request));
      done.push({ ...filling, started });
    }
    return done;
  });
}

/** One that was answered before has left these gaps: it runs again. One that is under way is not doubled. */
async function start({ client }: Session, request: BackfillRequest): Promise<{ workflowId: string; runId?: string }> {
  const attached = await client.backfills.start(request);
  const { workflowId, runId } =
    attached.runId === undefined ? await client.backfills.start(request, { again: true }) : attached;
  return { workflowId, ...(runId !== undefined && { runId }) };
}

function fillingText({ gaps, requests, started, ...filling }: Filling, terminal: Terminal): string {
  const title = terminal.paint('bold', seriesTitle({ ...filling, timeZone: '', completeUpTo: null, finalUpTo: null }));
  const timeZone = filling.report?.timeZone ?? 'UTC';
  const lines = gaps.map(({ state, label }) => printable(`  ${state.padEnd(8)}  ${windowText({ label, timeZone })}`));
  const next =
    started === undefined
      ? `${countOf(requests.length, 'backfill')} ${requests.length === 1 ? 'closes' : 'close'} these gaps: \`journey-metrics windows fill --series ${filling.series} --yes\``
      : started
          .map(({ workflowId }) => `started; watch it with \`journey-metrics backfill watch ${workflowId}\``)
          .join('\n  ');
  const unknown = 'the records do not say what it asks for: read one window of it first';
  return [title, ...lines, `  ${requests.length === 0 ? unknown : next}`].join('\n');
}
