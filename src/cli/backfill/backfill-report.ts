import { labelOfRange } from '../../calendar/windows.js';
import type { BackfillResult, SliceFailure } from '../../contract/result/backfill-result.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { countOf, countText } from '../../text/number-text.js';
import type { Paint } from '../terminal/paint.js';
import { renderSections, type Line, type Section } from '../terminal/report-sections.js';
import { renderTable } from '../terminal/table.js';

interface BackfillReportOptions {
  /** Of the terminal; undefined: the failures are as wide as they get. */
  readonly columns: number | undefined;
  readonly paint: Paint;
  /** The backfill in the Temporal UI, where one is known. */
  readonly url: string | undefined;
}

const USUAL_COLUMNS = 100;

/** 1 when slices failed or were left, 3 when all there is are undelivered ones. */
export function exitCodeOfBackfill({ outcome, failures, left }: BackfillResult): ExitCode {
  if (outcome === 'completed') return EXIT.done;
  const isLeft = left.slices.length > 0 || left.range !== undefined;
  return !isLeft && failures.every(isUndelivered) ? EXIT.undelivered : EXIT.failed;
}

/** What came out of a backfill, for a person: lines of text without a line end after the last. */
export function renderBackfill(result: BackfillResult, { columns, paint, url }: BackfillReportOptions): string {
  const sections = [range, slices, rows, findings, left].map((of) => of(result)).concat(whatToDo(result, url));
  const head = { ...headOf(result), id: result.workflowId };
  const report = renderSections(head, sections, { width: columns ?? USUAL_COLUMNS, paint });
  return result.failures.length === 0 ? report : `${report}\n\n${failureTable(result, columns)}`;
}

function isUndelivered({ type }: SliceFailure): boolean {
  return type === 'Undelivered';
}

function headOf(result: BackfillResult): { readonly says: string; readonly style: 'green' | 'red' } {
  switch (exitCodeOfBackfill(result)) {
    case EXIT.done:
      return { says: completedText(result), style: 'green' };
    case EXIT.undelivered:
      return { says: 'incomplete: every slice was read, but the receiver did not accept all of them', style: 'red' };
    default:
      return { says: 'incomplete: not every slice was delivered', style: 'red' };
  }
}

/** A window that was delivered without a row, and one of which nothing was sent, do not read as delivered figures. */
function completedText({ slices: { total, unchanged }, findings: { withoutRows } }: BackfillResult): string {
  if (unchanged === total && total > 0) return 'completed: nothing was sent, because every slice was delivered before';
  const before = unchanged === 0 ? '' : `, ${countText(unchanged)} of them before`;
  return `completed: every slice was delivered${before}${withoutRows === 0 ? '' : `; ${countText(withoutRows)} without rows`}`;
}

function range({ range: { from, to }, timeZone, partsOfBuckets }: BackfillResult): Section {
  const label = labelOfRange({ from, to }, timeZone);
  const parts: Line[] =
    partsOfBuckets === 0
      ? []
      : [
          {
            text: `! ${countOf(partsOfBuckets, 'slice')} shorter than a bucket: their sums add up, their rates and medians do not`,
            style: 'yellow',
          },
        ];
  return { label: 'range', texts: [`${label} (${timeZone})`, `from ${from} to before ${to}`, ...parts] };
}

function slices({ slices: { total, completed, unchanged, undelivered, failed, halved } }: BackfillResult): Section {
  const ends = Object.entries({ completed, unchanged, undelivered, failed }).filter(([, count]) => count > 0);
  const ended = ends.map(([end, count]) => `${countText(count)} ${end}`).join(', ');
  return {
    label: 'slices',
    texts: [
      `${countText(total)} in all${ended === '' ? '' : `: ${ended}`}`,
      ...(halved === 0
        ? []
        : [`${countText(halved)} split in two, because the source truncated them or took too long`]),
    ],
  };
}

function rows({ rows: { returned, delivered, sent }, slices: { unchanged } }: BackfillResult): Section {
  const before = unchanged === 0 ? [] : [`nothing was sent of ${countOf(unchanged, 'slice')}: their rows were delivered before`];
  const counts = `${countOf(returned, 'row')} returned, ${countText(sent)} sent`;
  return { label: 'rows', texts: returned === 0 ? ['no rows', ...before] : [`${counts}${sent === delivered ? '' : ` (${countText(delivered)} in payloads)`}`, ...before] };
}

/** What a window that was delivered may still lack: it is the reader's to judge. */
function findings({ findings: { withWarnings, withoutRows, missing } }: BackfillResult): Section {
  const texts = [
    ...(withoutRows === 0 ? [] : [`${countOf(withoutRows, 'slice')} without rows`]),
    ...(missing === 0 ? [] : [`${countOf(missing, 'bucket')} without rows in all`]),
    ...(withWarnings === 0 ? [] : [`${countOf(withWarnings, 'slice')} with warnings: \`runs show\` names them`]),
  ];
  if (texts.length === 0) return { label: 'findings', texts: ['none'] };
  return { label: 'findings', texts: texts.map((text) => ({ text: `! ${text}`, style: 'yellow' })) };
}

function left({ left: { slices: single, range: rest }, timeZone }: BackfillResult): Section {
  const ranges = [...single, ...(rest === undefined ? [] : [rest])];
  if (ranges.length === 0) return { label: 'left', texts: ['nothing'] };
  const labels = ranges.map((of) => labelOfRange(of, timeZone)).join(', ');
  return { label: 'left', texts: [{ text: `! not started after too many failures: ${labels}`, style: 'red' }] };
}

function whatToDo({ workflowId, outcome }: BackfillResult, url: string | undefined): readonly Section[] {
  const verbatim = (text: string): Line => ({ text, verbatim: true });
  const retry = verbatim(`journey-metrics backfill retry ${workflowId}`);
  return [
    ...(outcome === 'completed'
      ? []
      : [{ label: 'then', texts: ['fix the cause, then retry the failed slices:', retry] }]),
    ...(url === undefined ? [] : [{ label: 'look at', texts: [verbatim(url)] }]),
  ];
}

function failureTable({ failures, timeZone }: BackfillResult, columns: number | undefined): string {
  const heads = [
    { head: 'SLICE', whole: true },
    { head: 'TYPE', whole: true },
    { head: 'RUN', whole: true },
    { head: 'WHY' },
  ];
  const lines = failures.map((failure) => {
    const { type, workflowId, message } = failure;
    return [labelOfRange(failure, timeZone), type, workflowId, message];
  });
  return renderTable(heads, lines, columns);
}
