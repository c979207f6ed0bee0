/** What goes wrong with Postgres, at each step of a run that uses it; mended once the product has noticed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createActivities } from '../../../src/activities/index.js';
import { checkCell, endOf, startCell } from '../../support/sources/fault-cell.js';
import { fieldForTests } from '../../support/sources/fault-field.js';
import { harmedPostgres } from './harmed-postgres.js';
import { CHANCE, cellsOf } from './matrix.js';
import { POSTGRES_KINDS } from './postgres-kinds.js';

describe('Postgres', { concurrency: 15, timeout: 480_000 }, () => {
  const field = fieldForTests(CHANCE);

  for (const kind of POSTGRES_KINDS) {
    for (const [step, expected] of cellsOf(kind)) {
      it(`${kind.kind} × ${step}: ends as ${expected.ends}`, async (t) => {
        const url = await field().database();
        const postgres = await harmedPostgres(kind, step, { url, admin: field().databaseUrl });
        t.after(() => postgres.stop());
        const cell = await startCell(t, field());
        field().admit(cell.org, createActivities({ ...cell.dependencies, ...postgres.ports }));
        const run = await field().client.start(cell.request());
        const ended = await endOf(field(), run);
        await checkCell(cell, url, run, ended, expected);
        assert.deepEqual([postgres.codes[0], postgres.codes.length > 0], [kind.code, true], 'it struck, as itself');
      });
    }
  }
});
