import { printable } from './printable.js';

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Stays whole as long as anything else can give way: an id that is cut cannot be copied. */
  readonly whole?: boolean;
}

const GAP = '  ';
const NARROWEST = 6;

/**
 * Lines of text in columns, the heads first. Where the width does not suffice the widest column gives way, then the last
 * columns are left out.
 * @param width undefined: as wide as it gets
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): string {
  const lines = [columns.map(({ head }) => head), ...rows.map((row) => row.map(printable))];
  const natural = columns.map((_, index) => Math.max(...lines.map((line) => lengthOf(line[index] ?? ''))));
  const widths = fit(columns, natural, width ?? Infinity);
  return lines
    .map((line) => {
      const cells = widths.map((room, index) => cell(line[index] ?? '', room, columns[index]?.align));
      return cells.join(GAP).trimEnd();
    })
    .join('\n');
}

function fit(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  for (;;) {
    const excess = widths.reduce((sum, room) => sum + room, 0) + GAP.length * (widths.length - 1) - width;
    if (excess <= 0) return widths;
    const flexible = widths.map((room, index) => (columns[index]?.whole === true ? 0 : room));
    const widest = Math.max(...flexible);
    if (widest > NARROWEST) widths[flexible.indexOf(widest)] = widest - 1;
    else if (widths.length > 1) widths.pop();
    else return [Math.max(1, width)];
  }
}

function cell(text: string, room: number, align: Column['align'] = 'left'): string {
  const shown = truncate(text, room);
  const padding = ' '.repeat(Math.max(0, room - lengthOf(shown)));
  return align === 'right' ? padding + shown : shown + padding;
}

/** The text, cut to so many characters; an ellipsis says that it was. */
export function truncate(text: string, room: number): string {
  const characters = Array.from(text);
  return characters.length <= room ? text : `${characters.slice(0, Math.max(0, room - 1)).join('')}…`;
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
