import { printable } from '../../text/printable.js';
import { truncate, widthOf } from '../../text/text-width.js';

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Stays whole as long as anything else can give way: an id that is cut cannot be copied. */
  readonly whole?: boolean;
}

const GAP = '  ';
/** What is no longer than that is not cut: of `2026-1…` and `comple…` nobody has anything. */
const READABLE = 16;
/** The second column may be cut to that, where the first takes all the room. */
const NARROWEST = 6;

/**
 * Lines of text in columns, the heads first. Where the width does not suffice, the last columns are left out until the
 * others can be read, and then the widest gives way.
 * @param width undefined: as wide as it gets
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): string {
  const lines = [columns.map(({ head }) => head), ...rows.map((row) => row.map(printable))];
  const natural = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))));
  const widths = fit(columns, natural, width ?? Infinity);
  return lines
    .map((line) => {
      const cells = widths.map((room, index) => cell(line[index] ?? '', room, columns[index]?.align));
      return cells.join(GAP).trimEnd();
    })
    .join('\n');
}

/**
 * A table whose lines have an id each, for copying: in the last column where there is room for the whole of it, else on a
 * line of its own below.
 */
export function renderWithIds(table: {
  readonly heads: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly ids: readonly string[];
  readonly columns: number | undefined;
}): string {
  const { heads, rows, ids, columns } = table;
  const shown = ids.map(printable);
  const all = rows.map((row, index) => [...row, shown[index] ?? '']);
  const whole = renderTable([...heads, { head: 'ID' }], all);
  if (columns === undefined || Math.max(...whole.split('\n').map(widthOf)) <= columns) return whole;
  const [head = '', ...lines] = renderTable(heads, rows, columns).split('\n');
  return [head, ...lines.flatMap((line, index) => [line, `  ${truncate(shown[index] ?? '', Math.max(1, columns - 2))}`])].join('\n');
}

function fit(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const least = (shown: number): readonly number[] =>
    natural.slice(0, shown).map((room, index) => {
      if (columns[index]?.whole === true) return room;
      return Math.min(room, shown > 2 ? READABLE : NARROWEST);
    });
  let shown = columns.length;
  while (shown > 1 && total(least(shown)) > width) shown -= 1;
  const widths = natural.slice(0, shown);
  const narrowest = least(shown);
  while (total(widths) > width) {
    const spare = widths.map((room, index) => (room > (narrowest[index] ?? room) ? room : 0));
    const widest = Math.max(...spare);
    // The first column alone: now it is cut all the same.
    if (widest === 0) return [Math.max(1, width)];
    widths[spare.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, room) => sum + room, 0) + GAP.length * (widths.length - 1);
}

function cell(text: string, room: number, align: Column['align'] = 'left'): string {
  const shown = truncate(text, room);
  const padding = ' '.repeat(Math.max(0, room - widthOf(shown)));
  return align === 'right' ? padding + shown : shown + padding;
}
