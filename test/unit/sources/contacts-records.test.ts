import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordsFrom } from '../../../src/ports/index.js';
import type { StoredContact } from '../../../src/sources/contacts/leg-of-contact.js';
import { runRecords } from '../../../src/sources/contacts/run-records.js';
import { contactsBody, withFacts } from '../../../src/sources/contacts/stored-pages.js';
import { definitionOf, HOUR_MS, START } from '../journeys/journeys-fixtures.js';

const rule = {
  definition: definitionOf({ contained: 'none' }),
  afterCallWork: 'beside-total',
  reconcileTolerance: 0.01,
} as const;

function contact(contactId: string, masterContactId: string, hours: number, over: StoredContact = {}): StoredContact {
  return {
    contactId,
    masterContactId,
    startMs: START + hours * HOUR_MS,
    mediaTypeId: '4',
    skillId: '11',
    skillName: 'Sales',
    agentId: '7',
    agentSeconds: 60,
    inQueueSeconds: 5.5,
    totalDurationSeconds: 70,
    ...over,
  };
}

const CONTACTS = [
  contact('101', '101', 1),
  contact('102', '101', 2, { inQueueSeconds: 4 }),
  contact('9007199254740993', '9007199254740993', 23.5, { abandoned: true, agentId: null, agentSeconds: 0 }),
  // Begins on the next day, and belongs to the journey before.
  contact('9007199254740995', '9007199254740993', 25, { teamId: '31', teamName: 'Blue' }),
  contact('300', '299', 30),
  contact('400', '400', 47.9),
];

function from(window: { readonly fromHour: number; readonly toHour: number }): RecordsFrom {
  const [start, end] = [window.fromHour, window.toHour].map((hour) => new Date(START + hour * HOUR_MS).toISOString());
  const bodies = [CONTACTS.slice(0, 3), CONTACTS.slice(3)].map((data) =>
    withFacts(contactsBody(data), { readUntilMs: START + 60 * HOUR_MS }),
  );
  return {
    pages: { [Symbol.asyncIterator]: () => walk(bodies) },
    window: { from: start ?? '', to: end ?? '', timeZone: 'UTC', label: '', expectedBuckets: 1 } as never,
    localOf: (instant) => instant,
  };
}

async function* walk(bodies: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const body of bodies) yield await Promise.resolve(body);
}

async function all(grain: 'journeys' | 'legs', fromHour: number, toHour: number): Promise<readonly object[]> {
  const records: object[] = [];
  for await (const record of runRecords(grain, from({ fromHour, toHour }), rule)) records.push(record);
  return records;
}

test('a journey is one record, with what its dimensions have and the time of its agents', async () => {
  const [first, second] = await all('journeys', 0, 24);
  assert.deepEqual(first, {
    rootId: '101',
    start: '2026-10-01T01:00:00.000Z',
    end: '2026-10-01T02:01:10.000Z',
    outcome: 'handled',
    outcomeClass: 'completed',
    final: true,
    channel: '4',
    channelLabel: 'phone',
    queue: '11',
    queueLabel: 'Sales',
    campaign: null,
    campaignLabel: null,
    team: null,
    teamLabel: null,
    entryPoint: null,
    entryPointLabel: null,
    legs: 2,
    transfers: 1,
    waitSeconds: 9.5,
    talkSeconds: 120,
  });
  assert.deepEqual(
    [second].map((each) => (each as { rootId: string; legs: number; team: string }).rootId),
    ['9007199254740993'],
  );
});

test('a leg is one record in the window in which it begins, with the root of its journey', async () => {
  const legs = (await all('legs', 0, 48)) as readonly { contactId: string; rootId: string | null }[];
  assert.deepEqual(
    legs.map(({ contactId, rootId }) => [contactId, rootId]),
    [
      ['101', '101'],
      ['102', '101'],
      ['9007199254740993', '9007199254740993'],
      ['9007199254740995', '9007199254740993'],
      ['300', null],
      ['400', '400'],
    ],
  );
});

test('records of the parts of a range are the records of the range', async () => {
  for (const grain of ['journeys', 'legs'] as const) {
    const parts = [...(await all(grain, 0, 24)), ...(await all(grain, 24, 48))];
    assert.deepEqual(parts, await all(grain, 0, 48), grain);
  }
});
