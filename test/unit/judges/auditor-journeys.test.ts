import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { audited, finds, type Offence, type Spoil } from './auditor-rig.js';
import { at, change, misreport, type World } from './auditor-world.js';

const RECONCILED = { state: 'final', reconciliation: { state: 'reconciled', unexplained: 0 } };
const DAY = '2026-10-04T23:59:59.000Z';

/** Makes one run of the story a run on contacts, whose day was read whole in two pages while it was under way. */
function onContacts(world: World): void {
  const asked = world.operator.find(({ workflowId }) => workflowId === 'run-kept');
  Object.assign(asked?.['request'] ?? {}, { source: 'journeys' });
  misreport(world, 'kept', { journeys: RECONCILED });
  world.journeys.push({ workflowId: 'run-kept', rows: (world.results['q-kept'] ?? []).slice(0, 11) });
  change(world.runRecords, { workflow_id: 'run-kept' }, { started_at: at(0), finished_at: at(10) });
  // Other runs began when this one had ended.
  for (const record of world.runRecords) if (record['started_at'] === undefined) record['started_at'] = at(20);
  page(world, 1, 0);
  page(world, 2, 10);
}

function page({ cxone }: World, seconds: number, skip: number): void {
  const rows = skip === 0 ? 10 : 5;
  const facts = { startDate: DAY, skip, rows, total: 15 };
  cxone.push({ at: at(seconds), operation: 'contacts', effect: true, status: 200, ...facts });
}

const offence = (claim: string, subject: string, spoil: Spoil): Offence => [
  claim,
  subject,
  (world) => {
    onContacts(world);
    spoil(world);
  },
];

suite('the auditor, of journeys', () => {
  test('finds nothing where rows, sums and days are right, also where the run itself asks again', async () => {
    const { findings } = await audited((world) => {
      onContacts(world);
      page(world, 3, 0);
    });
    assert.deepEqual(
      findings.filter(({ promise }) => promise === 'journeys'),
      [],
    );
  });

  finds('journeys', [
    offence('a journey that was dropped', 'run-kept', ({ journeys }) => {
      const [row] = journeys[0]?.['rows'] as Record<string, unknown>[];
      Object.assign(row ?? {}, { rate: 11 });
    }),
    offence('a bucket that is missing', 'run-kept', ({ journeys }) => {
      (journeys[0]?.['rows'] as unknown[]).push({ date: '2026-11-12', rate: 1 });
    }),
    offence('contacts that the sums leave unexplained', 'run-kept', (world) =>
      misreport(world, 'kept', {
        journeys: { state: 'final', reconciliation: { state: 'reconciled', unexplained: 1 } },
      }),
    ),
    offence('a run that was not reconciled', 'run-kept', (world) =>
      misreport(world, 'kept', { journeys: { state: 'final', reconciliation: { state: 'not reconciled' } } }),
    ),
    offence('settled days that are provisional', 'run-kept', (world) =>
      misreport(world, 'kept', { journeys: { ...RECONCILED, state: 'provisional' } }),
    ),
    offence('a run that nothing can be compared with', 'run-kept', ({ journeys }) => journeys.pop()),
    offence('a settled day that a later run asks for', DAY, (world) => {
      page(world, 30, 0);
    }),
  ]);
});
