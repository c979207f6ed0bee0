/** A day, week or month, and how many of its buckets have rows. */
export interface CalendarCell {
  /** As its bucket is labelled, or the month of it. */
  readonly label: string;
  readonly buckets: number;
  readonly missing: number;
}

/** What a calendar has a page for: a month of days, or a year of weeks or months. */
export interface CalendarPage {
  readonly name: string;
  readonly cells: readonly CalendarCell[];
}

export interface Coverage {
  readonly unit: 'day' | 'week' | 'month';
  readonly pages: readonly CalendarPage[];
  /** Cells there are; those after the first this many are not on the pages. */
  readonly cellCount: number;
}

/** Days that are shown one by one; of more, months are. */
const DAYS_MOST = 800;
const CELLS_MOST = 1_200;

/** @param labels of all buckets of the window, oldest first, as `createBuckets` writes them */
export function coverageOf(labels: readonly string[], missing: ReadonlySet<string>, groupBy: string): Coverage {
  const days = new Set(labels.map((label) => label.slice(0, 10))).size;
  const unit = groupBy === 'month' || days > DAYS_MOST ? 'month' : groupBy === 'week' ? 'week' : 'day';
  const cells = new Map<string, { buckets: number; missing: number }>();
  for (const label of labels) {
    const name = label.slice(0, unit === 'month' ? 7 : 10);
    const cell = cells.get(name) ?? { buckets: 0, missing: 0 };
    cells.set(name, cell);
    cell.buckets += 1;
    if (missing.has(label)) cell.missing += 1;
  }
  const shown = [...cells].slice(0, CELLS_MOST).map(([label, counts]) => ({ label, ...counts }));
  return { unit, pages: pagesOf(shown, unit), cellCount: cells.size };
}

function pagesOf(cells: readonly CalendarCell[], unit: Coverage['unit']): readonly CalendarPage[] {
  const pages = new Map<string, CalendarCell[]>();
  for (const cell of cells) {
    const name = cell.label.slice(0, unit === 'day' ? 7 : 4);
    const page = pages.get(name) ?? [];
    pages.set(name, page);
    page.push(cell);
  }
  return [...pages].map(([name, own]) => ({ name, cells: own }));
}
