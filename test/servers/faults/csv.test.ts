/** What CXone does wrong while a file is made and read: every kind × every question of the two sources of files. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createActivities } from '../../../src/activities/index.js';
import { checkCsvCell, startCsvCell } from '../../support/sources/csv-cell.js';
import { endOf } from '../../support/sources/fault-cell.js';
import { fieldForTests } from '../../support/sources/fault-field.js';
import { CSV_KINDS, CSV_STRUCK } from './csv-kinds.js';
import { CHANCE, cellsOf } from './matrix.js';

describe('while a file is made and read:', { concurrency: 12, timeout: 240_000 }, () => {
  const field = fieldForTests(CHANCE);

  for (const { kind, fault, times, cells } of CSV_KINDS) {
    for (const [place, expected] of cellsOf({ kind, cells })) {
      it(`${kind} × ${place}: ends as ${expected.ends}`, async (t) => {
        const { kind: source, ...struck } = CSV_STRUCK[place];
        const cell = await startCsvCell(t, field(), {
          kind: source,
          faults: { script: [{ ...struck, fault, times }] },
        });
        field().admit(cell.org, createActivities(cell.dependencies));
        const run = await field().client.start(cell.request);
        await checkCsvCell(cell, field().databaseUrl, run, await endOf(field(), run), expected);
        const strikes = cell.cxone.journal.entries().filter((entry) => entry.fault !== undefined).length;
        assert.ok(times === 1 ? strikes === 1 : strikes > 1, `it struck ${strikes} times`);
      });
    }
  }
});
