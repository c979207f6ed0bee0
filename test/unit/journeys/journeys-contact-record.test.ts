import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CONTACT_FIELDS, readContact, type ContactProblem } from '../../../src/sources/contacts/contact-record.js';
import { readInstant, readSeconds } from '../../../src/sources/contacts/wire-value.js';
import type { Leg } from '../../../src/domain/journeys/legs/leg.js';

/** As the specification spells and types it. */
const SPECIFIED: Readonly<Record<string, unknown>> = {
  contactId: 401,
  masterContactId: 400,
  contactStartDate: '2026-10-01T00:00:03.120Z',
  mediaTypeId: 4,
  mediaTypeName: 'Phone Call',
  isOutbound: false,
  abandoned: true,
  isShortAbandon: false,
  isRefused: false,
  abandonSeconds: 41.5,
  agentId: null,
  agentSeconds: 0,
  preQueueSeconds: 12.1,
  inQueueSeconds: 1_041.5,
  acwSeconds: 3,
  callbackTime: 0,
  totalDurationSeconds: 1_056.6,
  skillId: 11,
  skillName: 'Billing',
  campaignId: 21,
  campaignName: 'Service',
  teamId: null,
  teamName: null,
  pointOfContactId: 41,
  pointOfContactName: 'Main number',
  primaryDispositionId: 9,
  transferIndicatorId: 0,
  transferIndicatorName: 'None',
  fromAddress: '+15550100',
  dispositionNotes: 'call me at home',
};

/** The same contact as older tenants send it: everything is text. */
const TEXTS: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    Object.entries(SPECIFIED).map(([key, value]) => [
      key,
      value === null ? null : JSON.stringify(value).replaceAll('"', ''),
    ]),
  ),
  contactStartDate: undefined,
  contactStart: '2026-10-01T02:00:03.12+02:00',
  isOutbound: 'False',
  abandoned: 'True',
  isShortAbandon: '0',
  isRefused: 'N',
  inQueueSeconds: '1,041.5',
  totalDurationSeconds: '1,056.6',
  acwSeconds: undefined,
  ACWSeconds: '3',
};

function legFrom(over: Readonly<Record<string, unknown>> = {}, record = SPECIFIED): Leg {
  const read = readContact({ ...record, ...over }, { afterCallWork: 'beside-total' });
  if ('problem' in read) throw new Error(JSON.stringify(read.problem));
  return read.leg;
}

function problemWith(over: Readonly<Record<string, unknown>>): ContactProblem | undefined {
  const read = readContact({ ...SPECIFIED, ...over }, { afterCallWork: 'beside-total' });
  return 'problem' in read ? read.problem : undefined;
}

test('both generations of names and values are the same leg', () => {
  const leg = legFrom();
  assert.deepEqual(legFrom({}, TEXTS), leg);
  assert.deepEqual(
    [leg.contactId, leg.masterContactId, leg.startMs],
    ['401', '400', Date.parse('2026-10-01T00:00:03.120Z')],
  );
  assert.deepEqual([leg.isAbandoned, leg.queueSeconds, leg.durationSeconds], [true, 1_041.5, 1_056.6]);
  assert.deepEqual(
    [leg.queue, leg.team],
    [
      { id: '11', label: 'Billing' },
      { id: null, label: null },
    ],
  );
});

test('nothing of a person gets into a leg, or is asked for', () => {
  const text = JSON.stringify(legFrom());
  assert.ok(!text.includes('5550100') && !text.includes('home'));
  assert.ok(!CONTACT_FIELDS.some((field) => /address|firstName|lastName|notes/i.test(field)));
});

test('after-call work is taken off the duration where the tenant has it in there', () => {
  const read = readContact({ ...SPECIFIED, totalDurationSeconds: 100, acwSeconds: 30 }, { afterCallWork: 'in-total' });
  assert.equal('leg' in read && read.leg.durationSeconds, 70);
  assert.equal(legFrom({ totalDurationSeconds: 100, acwSeconds: 30 }).durationSeconds, 100);
});

test('a contact without a master is its own', () => {
  for (const masterContactId of [undefined, null, 0, '0', ''])
    assert.equal(legFrom({ masterContactId }).masterContactId, '401');
});

test('ids are digits, never doubles', () => {
  assert.equal(legFrom({ contactId: '9007199254740993' }).contactId, '9007199254740993');
  assert.equal(legFrom({ contactId: '000123' }).contactId, '123');
  assert.deepEqual(problemWith({ contactId: 2 ** 53 }), { problem: 'no-id', field: 'contactId', found: 'number' });
  for (const contactId of ['12a', '-1', 1.5, 0, null, true, '1'.repeat(25)]) {
    assert.equal(problemWith({ contactId })?.problem, 'no-id', JSON.stringify(contactId));
  }
});

test('a channel is the media type, by number or by word', () => {
  const channelOf = (over: Record<string, unknown>): unknown =>
    legFrom({ mediaTypeId: undefined, mediaTypeName: undefined, ...over }).channel;
  assert.deepEqual(legFrom().channel, { id: '4', label: 'Phone Call' });
  assert.deepEqual(channelOf({ mediaTypeId: 3 }), { id: '3', label: 'chat' });
  assert.deepEqual(channelOf({ mediaType: '4' }), { id: '4', label: 'phone' });
  assert.deepEqual(channelOf({ mediaType: 'Work Item' }), { id: '6', label: 'Work Item' });
  assert.deepEqual(channelOf({ mediaType: 'Fax' }), { id: 'Fax', label: 'Fax' });
  assert.deepEqual(channelOf({ mediaTypeId: 42 }), { id: '42', label: null });
  assert.deepEqual(channelOf({}), { id: null, label: null });
});

test('a queue without an id is known by its name', () => {
  assert.deepEqual(legFrom({ skillId: undefined }).queue, { id: 'Billing', label: 'Billing' });
  assert.deepEqual(legFrom({ skillId: 0, skillName: null }).queue, { id: null, label: null });
});

test('transfers are known by their names', () => {
  const transferOf = (transferIndicatorName: unknown): unknown => legFrom({ transferIndicatorName }).transfer;
  assert.deepEqual(['None', null, 'ReSkill', 'Re-Agent', 'Consult', 'Take Over', 'external', 'Blind'].map(transferOf), [
    'none',
    'none',
    'skill',
    'agent',
    'consult',
    'takeover',
    'external',
    'other',
  ]);
});

test('what is missing or not readable is named, never shown', () => {
  assert.deepEqual(problemWith({ contactStartDate: undefined }), {
    problem: 'missing',
    field: 'contactStartDate or contactStart',
    found: 'missing',
  });
  assert.deepEqual(problemWith({ contactStartDate: '10/01/2026' })?.problem, 'no-instant');
  assert.deepEqual(problemWith({ inQueueSeconds: 'a while' }), {
    problem: 'no-duration',
    field: 'inQueueSeconds',
    found: 'text',
  });
  assert.deepEqual(problemWith({ agentSeconds: -1 })?.problem, 'no-duration');
  assert.deepEqual(problemWith({ abandoned: 'maybe' }), { problem: 'no-boolean', field: 'abandoned', found: 'text' });
  assert.deepEqual(problemWith({ isOutbound: undefined })?.problem, 'missing');
  assert.deepEqual(problemWith({ skillId: {} }), { problem: 'no-id', field: 'skillId', found: 'object' });
  assert.deepEqual(problemWith({ skillId: [1], teamId: {} })?.field, 'skillId');
});

test('durations come as numbers, texts, clock times and ISO spans', () => {
  const all = [12.5, '12.5', '1,234,567.5', '', null, '01:02:03.5', 'PT1H2M3.5S', 'PT90S'];
  assert.deepEqual(all.map(readSeconds), [12.5, 12.5, 1_234_567.5, 0, 0, 3_723.5, 3_723.5, 90]);
  for (const wrong of ['1,23', '12,3456', '-5', 'PT', '1:2:3', '1e3', NaN, Infinity, true, {}]) {
    assert.equal(readSeconds(wrong), undefined, JSON.stringify(wrong));
  }
});

test('instants are those of ISO 8601 with an offset; a date that is none, or a time without a zone, is refused', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true }), (date) => {
      assert.equal(readInstant(date.toISOString()), date.getTime());
    }),
  );
  const at = Date.parse('2026-10-01T00:00:03Z');
  for (const text of [
    '2026-10-01T02:00:03+02:00',
    '2026-09-30T20:30:03-0330',
    '2026-10-01 00:00:03Z',
    '2026-10-01T00:00:03.0009999Z',
  ]) {
    assert.equal(readInstant(text), at, text);
  }
  for (const wrong of [
    '2026-10-01T00:00:03',
    '2026-06-31T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-10-01T24:00:00Z',
    '2026-10-00T00:00:00Z',
    '2026-10-01',
    5,
  ]) {
    assert.equal(readInstant(wrong), undefined, String(wrong));
  }
});
