import { describeCoverage } from '../../calendar/covered/describe-coverage.js';
import { WindowError } from '../../calendar/windows.js';
import { withDatabase } from '../../composition/stores.js';
import type { WindowState } from '../../contract/closed-sets.js';
import type { SeriesCoverage, WindowListing } from '../../contract/result/coverage.js';
import type { SeriesFacts } from '../../ports/index.js';
import { coverageRecords } from '../../records/windows/coverage.js';
import { countOf } from '../../text/number-text.js';
import { printable } from '../../text/printable.js';
import { reportText, windowText } from '../../text/run-title.js';
import { agoText, zonedText } from '../../text/time-text.js';
import { UsageError } from '../program/errors.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

export interface CoverageOptions {
  readonly org?: string;
  readonly series?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface WindowsOptions extends CoverageOptions {
  readonly json?: boolean;
}

/** What the records know of a series, and the coverage that it makes. */
export interface KnownCoverage {
  readonly facts: SeriesFacts;
  readonly coverage: SeriesCoverage;
}

/** The coverage of every series that the options name. Throws `UsageError` for a text that is not a date. */
export async function readCoverage(terminal: Terminal, options: CoverageOptions): Promise<readonly KnownCoverage[]> {
  const { org, from, to, series, source, destination } = options;
  const filter = {
    ...(org !== undefined && { orgs: [org] }),
    ...(series !== undefined && { series }),
    ...(source !== undefined && { source }),
    ...(destination !== undefined && { destination }),
  };
  const all = await withDatabase(terminal.config.databaseUrl(), async (database, signal, { present }) =>
    present === 0 ? [] : coverageRecords(database).read(filter, signal),
  );
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const asked = { ...range, nowMs: terminal.now(), graceMs: terminal.config.alertRules().lateAfterMs };
  try {
    const described = describeCoverage(all, asked);
    return all.flatMap((facts, index) => {
      const coverage = described[index];
      return coverage === undefined ? [] : [{ facts, coverage }];
    });
  } catch (error) {
    throw error instanceof WindowError ? new UsageError(`--${error.path}: ${error.message}`) : error;
  }
}

/** `journey-metrics windows`. */
export async function listWindows(terminal: Terminal, { json, ...options }: WindowsOptions): Promise<ExitCode> {
  const known = await readCoverage(terminal, options);
  const all = known.map(({ coverage }) => coverage);
  if (json) terminal.printJson(all);
  else if (all.length === 0) terminal.print('No window is known. `journey-metrics aggregate` reads one.');
  else terminal.print(all.map((each) => coverageText(each, terminal)).join('\n\n'));
  return EXIT.done;
}

/** A series for people: its name, up to when it is complete, and its time, neighbours of one state together. */
function coverageText(coverage: SeriesCoverage, terminal: Terminal): string {
  const { timeZone, completeUpTo, finalUpTo, windows } = coverage;
  const upTo =
    completeUpTo === null ? 'not complete at its beginning' : `complete up to ${zonedText(completeUpTo, timeZone)}`;
  const final =
    finalUpTo === completeUpTo || finalUpTo === null ? '' : `; final up to ${zonedText(finalUpTo, timeZone)}`;
  const lines = together(windows).map((group) => groupText(group, timeZone, terminal));
  return [terminal.paint('bold', seriesTitle(coverage)), `  ${upTo}${final} (${timeZone})`, ...lines].join('\n');
}

export function seriesTitle({
  org,
  report,
  series,
  destination,
}: Omit<SeriesCoverage, 'windows' | 'stretches'>): string {
  return printable(`${org} · ${report === null ? series : reportText(report)} → ${destination} (${series})`);
}

interface Group {
  readonly state: WindowState;
  readonly windows: readonly WindowListing[];
}

/** Neighbours that say the same in one; a corrected window is a matter of its own. */
function together(windows: readonly WindowListing[]): readonly Group[] {
  const groups: Group[] = [];
  for (const window of windows) {
    const last = groups.at(-1);
    const follows = last?.state === window.state && last.windows.at(-1)?.to === window.from;
    if (last && follows && window.corrections === 0) {
      groups[groups.length - 1] = { ...last, windows: [...last.windows, window] };
    } else groups.push({ state: window.state, windows: [window] });
  }
  return groups;
}

function groupText({ state, windows }: Group, timeZone: string, { now }: Terminal): string {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return '';
  const label = first === last ? first.label : `${startOf(first.label)}..${endOf(last.label)}`;
  const facts = [
    ...(windows.length > 1 ? [countOf(windows.length, 'window')] : []),
    ...(first.corrections > 0 ? [countOf(first.corrections, 'correction')] : []),
    ...(first.correctedAt === null ? [] : [`last ${agoText(first.correctedAt, now())}`]),
    ...(first.failureType === null ? [] : [first.failureType]),
    ...(first.schedule === null ? [] : [`schedule ${first.schedule}`]),
  ];
  const said = facts.length === 0 ? '' : `  (${facts.join(', ')})`;
  return printable(`  ${state.padEnd(13)}  ${windowText({ label, timeZone }).replace(` (${timeZone})`, '')}${said}`);
}

function startOf(label: string): string {
  return label.split('..')[0] ?? label;
}

function endOf(label: string): string {
  return label.split('..').at(-1) ?? label;
}
