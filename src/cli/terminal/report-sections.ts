import type { Paint, Style } from './paint.js';
import { printable } from '../../text/printable.js';
import { wrap } from './wrap.js';

export interface Line {
  readonly text: string;
  readonly style?: Style;
  /** To be copied: never broken. */
  readonly verbatim?: boolean;
}

/** A label and what is said under it; every text begins a line. */
export interface Section {
  readonly label: string;
  readonly texts: readonly (string | Line)[];
}

const LABEL_COLUMNS = 14;

/** How it went, the lines below that, and the id, for copying. */
export interface Head {
  readonly says: string;
  readonly style: Style;
  readonly notes?: readonly string[];
  readonly id: string;
}

/** A sentence that says how it went, whose report it is, and the sections: without a line end after the last. */
export function renderSections(
  { says, style, notes = [], id }: Head,
  sections: readonly Section[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const room = Math.max(20, width - LABEL_COLUMNS - 2);
  const body = sections.flatMap(({ label, texts }) =>
    texts
      .flatMap((text) => linesOf(text, room, paint))
      .map((line, index) => `  ${paint('dim', (index === 0 ? label : '').padEnd(LABEL_COLUMNS))}${line}`),
  );
  const head = [
    ...wrap(says, width).map((line) => paint(style, line)),
    ...notes.flatMap((note) => wrap(printable(note), width)),
    paint('bold', id),
  ];
  return [...head, '', ...body].join('\n');
}

function linesOf(text: string | Line, room: number, paint: Paint): readonly string[] {
  const line: Line = typeof text === 'string' ? { text } : text;
  const { style, verbatim = false } = line;
  const shown = printable(line.text);
  const lines = verbatim ? [shown] : wrap(shown, room);
  return style === undefined ? lines : lines.map((part) => paint(style, part));
}
