import type { Cell, ConstantColumn, RowsOfRevision, TableColumn } from '../../../src/ports/index.js';
import { REPORT } from '../workflow/fake-activities.js';

export const DAY_MS = 86_400_000;

const COLUMNS: readonly TableColumn[] = [
  { name: 'date', type: 'date' },
  { name: 'journeyId', type: 'text' },
  { name: 'journeyCompletionRate', type: 'number' },
];

interface Change extends Partial<Omit<RowsOfRevision, 'table' | 'rows'>> {
  readonly columns?: readonly TableColumn[];
  /** Row by row. */
  readonly values?: readonly (readonly Cell[])[];
}

/** `2026-11-01..08` of acme, a row a day, unless said otherwise. */
export function rowsOfRevision({ columns = COLUMNS, values, ...change }: Change = {}): RowsOfRevision {
  const window = change.window ?? windowOf('2026-11-01', '2026-11-08');
  const [from, to] = [Date.parse(window.from) / DAY_MS, Date.parse(window.to) / DAY_MS];
  const days = Array.from({ length: to - from }, (_, day): readonly Cell[] => [from + day, `j-${day}`, day / 10]);
  const rows = values ?? days;
  const own = {
    deliveryId: `${window.from} ${window.to}`.replaceAll(/\D/g, '').padEnd(32, '0'),
    revision: 1,
    org: 'acme',
    series: '0123456789abcdef',
    report: REPORT,
    window,
    runKey: 'a'.repeat(32),
    claimedAt: '2026-11-10T00:00:00.000Z',
    readAt: '2026-11-10T00:00:00.000Z',
    complete: true,
    final: true,
    rows: rows.length,
    contentHash: 'c'.repeat(64),
    queryId: 'q-1',
    found: {
      rows: { returned: rows.length, kept: rows.length, delivered: rows.length },
      completeness: { expected: 7, missing: [], missingCount: 0, nullBuckets: {} },
      outliers: { mode: 'off', total: 0, metrics: [] },
      sampling: { sampled: false, kept: rows.length, of: rows.length, maxRows: 1_000_000_000 },
      quality: { warnings: [], nulls: {}, numericStrings: {} },
    },
    ...change,
  } as const;
  return {
    ...own,
    table: { rows: rows.length, columns, constants: constantsOf(own), batches: () => batches(columns, rows) },
  };
}

export function windowOf(from: string, to: string): RowsOfRevision['window'] {
  return { from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z`, timeZone: 'UTC', label: `${from}..${to}` };
}

async function* batches(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[]) {
  for (let first = 0; first < rows.length; first += 3) {
    const some = rows.slice(first, first + 3);
    yield await Promise.resolve({
      rows: some.length,
      cells: columns.map((_column, index) => some.map((row) => row[index] ?? null)),
    });
  }
}

function constantsOf(of: Pick<RowsOfRevision, 'deliveryId' | 'revision' | 'org' | 'series' | 'window' | 'claimedAt'>) {
  const constants: readonly ConstantColumn[] = [
    { name: '_delivery_id', type: 'text', value: of.deliveryId },
    { name: '_revision', type: 'integer', value: of.revision },
    { name: '_org', type: 'text', value: of.org },
    { name: '_series', type: 'text', value: of.series },
    { name: '_definition', type: 'text', value: null },
    { name: '_window_from', type: 'instant', value: Date.parse(of.window.from) },
    { name: '_window_to', type: 'instant', value: Date.parse(of.window.to) },
    { name: '_delivered_at', type: 'instant', value: Date.parse(of.claimedAt) },
  ];
  return constants;
}
