import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { assertFresh } from '../../support/generated.js';
import { FAULT_MATRIX, faultMatrix } from '../../../scripts/fault-table.js';
import { OPERATIONS } from '../../../simulator/faults/fault.js';
import { FAILURES } from '../../../src/contract/failures.js';
import { CONTACT_PLACES, CONTACTS_KINDS } from '../../servers/faults/contacts-kinds.js';
import { CSV_KINDS } from '../../servers/faults/csv-kinds.js';
import { DATASET_KINDS, STORE_STEPS } from '../../servers/faults/dataset-kinds.js';
import { NETWORK_KINDS } from '../../servers/faults/network-kinds.js';
import { POSTGRES_KINDS, RECORD_STEPS } from '../../servers/faults/postgres-kinds.js';

/** The places at which a kind is tried, whatever its rows are. */
function placesOf(rows: readonly { readonly kind: string; readonly cells: object }[]): ReadonlyMap<string, string[]> {
  const places = new Map<string, string[]>();
  for (const { kind, cells } of rows) {
    // A kind is the same whether it lasts or not.
    const name = kind.replace(/, (for ever|once|a burst of six)$/, '');
    places.set(name, [...(places.get(name) ?? []), ...Object.keys(cells)]);
  }
  return places;
}

/** What only pages of contacts can do wrong. */
const OF_PAGES: ReadonlySet<string> = new Set(['a total that changes', 'a page that comes twice']);

suite('the fault matrix', () => {
  test('in docs is what `node --import tsx scripts/fault-table.ts` writes', () => {
    const found = readFileSync(FAULT_MATRIX, 'utf8');
    assertFresh(found, faultMatrix(), 'docs/fault-matrix.md', 'scripts/fault-table.ts');
  });

  test('tries every kind at every place', () => {
    for (const [rows, all] of [
      [NETWORK_KINDS, OPERATIONS],
      [CONTACTS_KINDS, CONTACT_PLACES],
      [POSTGRES_KINDS, RECORD_STEPS],
      [DATASET_KINDS, STORE_STEPS],
    ] as const) {
      for (const [kind, places] of placesOf(rows)) {
        // These say that a refusal is waited for however long it lasts; how long, is what the other rows are about.
        if (kind === '429' && all === OPERATIONS) continue;
        if (OF_PAGES.has(kind)) continue;
        assert.deepEqual(
          all.filter((place) => !places.includes(place)),
          [],
          kind,
        );
      }
    }
    assert.ok(placesOf(NETWORK_KINDS).size >= 12);
  });

  test('promises ends that there are, each within a bound', () => {
    const rows = [...NETWORK_KINDS, ...CONTACTS_KINDS, ...CSV_KINDS, ...POSTGRES_KINDS, ...DATASET_KINDS];
    for (const { kind, cells } of rows) {
      for (const { ends, bound } of Object.values(cells)) {
        assert.ok(ends in FAILURES || ['completed', 'undelivered', 'cancelled'].includes(ends), `${kind}: ${ends}`);
        assert.ok(bound.length > 5, kind);
      }
    }
  });
});
