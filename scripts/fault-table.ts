/** `node --import tsx scripts/fault-table.ts`: writes docs/fault-matrix.md from the cells that test/servers/faults runs. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { OPERATIONS } from '../simulator/faults/fault.js';
import { CONTACT_PLACES, CONTACTS_KINDS } from '../test/servers/faults/contacts-kinds.js';
import { CSV_KINDS, CSV_PLACES } from '../test/servers/faults/csv-kinds.js';
import { DATASET_KINDS, STORE_STEPS } from '../test/servers/faults/dataset-kinds.js';
import type { Expected, Row } from '../test/servers/faults/matrix.js';
import { NETWORK_KINDS } from '../test/servers/faults/network-kinds.js';
import { POSTGRES_KINDS, RECORD_STEPS } from '../test/servers/faults/postgres-kinds.js';

export const FAULT_MATRIX = fileURLToPath(new URL('../docs/fault-matrix.md', import.meta.url));

/** The whole document. */
export function faultMatrix(): string {
  const kinds = [...NETWORK_KINDS, ...CONTACTS_KINDS, ...CSV_KINDS, ...POSTGRES_KINDS, ...DATASET_KINDS];
  const cells = kinds.flatMap((kind) => Object.keys(kind.cells));
  return `# Fault matrix

What comes of which fault, where: ${cells.length} cells, each of them a part of a run of the whole product under
[test/servers/faults](../test/servers/faults/matrix.ts). Written by [scripts/fault-table.ts](../scripts/fault-table.ts) from the data
that the tests run by; a change goes there. What the failure types mean is in the
[failure model](failure-model.md#failure-types).

Every cell is checked alike ([fault-cell.ts](../test/support/sources/fault-cell.ts)): the run ends as it says here, with exactly
one audit entry that says the same; nothing is delivered but the rows of the source, under one id with the same bytes;
the receiver gets a message twice only where its answer was lost; a source that takes no notice of \`Idempotency-Key\`
runs one query, and one more only where the answer to a submission was lost, or a query was gone, each on record; and
the fault is in evidence.

The waits after a 429 are read from the histories of the runs and compared. The other bounds are those of
[profiles.ts](../src/workflows/profiles.ts) and of the adapters; the runs end well within them.

An empty cell has nothing to add to the row above it, or would last for hours.

## Between the product, CXone and the receiver

\`token\` is the grant of a token, \`poll\` the first page of a result, \`page\` a further one, \`webhook\` a delivery attempt.
"For ever" is as long as the run. Deadlines are those of production; tests of silence set shorter ones.

<!-- prettier-ignore-start -->
${table('Fault', OPERATIONS, NETWORK_KINDS)}
<!-- prettier-ignore-end -->

## While contacts are read

The questions of a source of kind \`contacts\`: \`discovery\` of the issuer, a \`token\`, one contact for the \`names\` of fields,
a \`page\` of a day, and the \`sums\` by skill. [contacts-cell.ts](../test/support/sources/contacts-cell.ts) checks each cell: the
rows are those of the tenant's journeys, delivered once, and no settled day is asked for again.

<!-- prettier-ignore-start -->
${table('Fault', CONTACT_PLACES, CONTACTS_KINDS)}
<!-- prettier-ignore-end -->

## While a file is made and read

The questions of a source of kind \`data-extraction\`: the \`list\` of jobs, a \`job\`, a \`look\` at it, its \`file\`; and the
\`report\` of a source of kind \`custom-report\`. [csv-cell.ts](../test/support/sources/csv-cell.ts) checks each cell: all rows of
the tenant or none, delivered once, and no job at the tenant that is neither the run's nor on record.

<!-- prettier-ignore-start -->
${table('Fault', CSV_PLACES, CSV_KINDS)}
<!-- prettier-ignore-end -->

## Postgres

Repaired once the product has said \`RecordsUnavailable\`. \`submitted\` and \`acknowledged\` are the records of what a
submission and a delivery attempt were answered.

<!-- prettier-ignore-start -->
${table('Postgres', RECORD_STEPS, POSTGRES_KINDS)}
<!-- prettier-ignore-end -->

## The dataset store

Full and unreadable: repaired once the product has said \`DatasetUnavailable\` twice. \`ENOSPC\` comes from a stand-in for the
disk, everything else from real files that were moved, removed or changed.

<!-- prettier-ignore-start -->
${table('The store is', STORE_STEPS, DATASET_KINDS)}
<!-- prettier-ignore-end -->
`;
}

/** Rows of the same kind are one row. */
function table<Place extends string>(head: string, places: readonly Place[], rows: readonly Row<Place>[]): string {
  const kinds = new Map<string, Row<Place>['cells']>();
  for (const { kind, cells } of rows) kinds.set(kind, { ...kinds.get(kind), ...cells });
  return [
    `| ${[head, ...places.map((place) => `\`${place}\``)].join(' | ')} |`,
    `| ${['---', ...places.map(() => '---')].join(' | ')} |`,
    ...[...kinds].map(([kind, cells]) => `| ${[kind, ...places.map((place) => textOf(cells[place]))].join(' | ')} |`),
  ].join('\n');
}

function textOf(expected: Expected | undefined): string {
  if (expected === undefined) return '';
  const { ends, bound } = expected;
  // What the test cancels would have gone on.
  if (ends === 'cancelled') return `goes on: ${bound}`;
  return `${/^[A-Z]/.test(ends) ? `\`${ends}\`` : ends}: ${bound}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(FAULT_MATRIX, faultMatrix());
