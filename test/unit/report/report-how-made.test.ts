import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DerivedFacts, JourneyFindings } from '../../../src/contract/result/derived.js';
import type { ReportData } from '../../../src/report/data/report-data.js';
import { renderReport } from '../../../src/report/render-report.js';
import { reportData } from './report-fixtures.js';

const FACTS: DerivedFacts = {
  definition: 'globex/2',
  state: 'provisional',
  openJourneys: 4,
  legs: 1_500,
  orphans: 2,
  suspectedSplits: 3,
  reconciliation: {
    state: 'reconciled',
    offered: 1_000,
    transfers: -200,
    refused: -10,
    otherDay: -5,
    shortAbandons: -25,
    outsideHours: 0,
    outbound: -60,
    neverQueued: 100,
    journeys: 830,
    unexplained: 30,
    beyondTolerance: true,
  },
};

function findings(buckets: number, say = (text: string): string => text): JourneyFindings {
  return {
    definition: [say('A journey is made of the legs that begin within 4 hours after its root.')],
    outcomes: [
      { outcome: 'handled', outcomeClass: 'completed', journeys: 700, contactIds: [say('9007199254740993'), '17'] },
      { outcome: 'dropped-in-queue', outcomeClass: 'dropped', journeys: 130, contactIds: ['18'] },
    ],
    buckets: Array.from({ length: buckets }, (_, bucket) => ({
      bucket: say(`bucket ${bucket}`),
      open: bucket === buckets - 1 ? 4 : 0,
      outcomes: { handled: 50 + bucket, 'dropped-in-queue': 9 },
    })),
    queues: [{ id: '11', label: say('Sales'), offered: 500, counted: 470, difference: -30 }],
  };
}

function page(making: ReportData['making'], facts = FACTS): string {
  const data = reportData();
  const { result } = data;
  if (result === undefined) throw new Error('the fixture has a result');
  return renderReport({ ...data, making, result: { ...result, journeys: facts } });
}

test('a run of journeys says by which definition, with which outcomes, and from which sums of CXone', () => {
  const text = page({ found: findings(14) }).replaceAll(/\s+/g, ' ');
  for (const words of [
    'How these numbers are made',
    'A journey is made of the legs that begin within 4 hours after its root.',
    '9007199254740993, 17',
    '1 bar on a grey band may still change',
    '30 contacts unexplained',
    'Journeys that were never queued',
    'Sales',
  ]) {
    assert.ok(text.includes(words), words);
  }
});

test('a run of another source has no such section', () => {
  assert.ok(!renderReport(reportData()).includes('how-made'));
});

test('a summary that the tenant refused is said with its reason', () => {
  const reconciliation = { state: 'not reconciled', reason: 'CXone answered 403 (Forbidden)' } as const;
  const text = page({ found: findings(3) }, { ...FACTS, reconciliation });
  assert.match(text, /Not reconciled:.*403/s);
});

test('texts of the outside stay texts, and a month of hours stays small', () => {
  const hostile = page({ found: findings(744, () => '<script>alert(1)</script>') });
  assert.ok(!hostile.includes('<script>'));
  assert.ok(Buffer.byteLength(hostile) < 500_000, `${Buffer.byteLength(hostile)} bytes`);
});
