/** What CXone does wrong while contacts are read: every kind × every question. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createActivities } from '../../../src/activities/index.js';
import { checkContactsCell, startContactsCell } from '../../support/sources/contacts-cell.js';
import { endOf } from '../../support/sources/fault-cell.js';
import { fieldForTests } from '../../support/sources/fault-field.js';
import { CONTACTS_KINDS, STRUCK, type ContactPlace, type ContactsKind } from './contacts-kinds.js';
import { CHANCE, cellsOf, type Expected } from './matrix.js';

const HASTY = { requestDeadlineMs: 2_500, pageDeadlineMs: 2_500, bodyCapBytes: 2 ** 20 };

describe('while contacts are read:', { concurrency: 12, timeout: 480_000 }, () => {
  const field = fieldForTests(CHANCE);

  for (const kind of CONTACTS_KINDS) {
    for (const [place, expected] of cellsOf(kind)) {
      it(`${kind.kind} × ${place}: ends as ${expected.ends}`, async (t) => {
        const cell = await startContactsCell(t, field(), optionsOf(kind, place));
        field().admit(cell.org, createActivities(cell.dependencies));
        const run = await field().client.start(cell.request(deadlineOf(expected)));
        const ended = await endOf(field(), run);
        await checkContactsCell(cell, field().databaseUrl, run, ended, expected);
        const struck = cell.cxone.journal.entries().filter(({ fault }) => fault !== undefined).length;
        if (kind.times === 1) assert.equal(struck, 1, 'it struck once');
        else assert.ok(struck > 1, 'it struck');
        const isOff = expected.bound.endsWith('not reconciled');
        if (ended.result)
          assert.equal(ended.result.journeys?.reconciliation?.state, isOff ? 'not reconciled' : 'reconciled');
      });
    }
  }
});

function optionsOf({ fault, times, hasty = false, circuit = {} }: ContactsKind, place: ContactPlace) {
  const script = [{ ...STRUCK[place], fault, times }];
  return { cxone: { faults: { script } }, source: { circuit, ...(hasty && { limits: HASTY }) } };
}

function deadlineOf({ deadline }: Expected) {
  return deadline === undefined ? {} : { poll: { deadline } };
}
