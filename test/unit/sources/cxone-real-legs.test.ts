import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KINDS } from '../../../simulator/reporting/legs/kinds.js';
import type { Journey } from '../../../simulator/reporting/legs/journey.js';
import { legBook, type LegBook } from '../../../simulator/reporting/legs/book.js';
import type { Leg } from '../../../simulator/reporting/legs/leg.js';
import { legWriter } from '../../../simulator/reporting/legs/wire.js';
import { reportingSettingsSchema, type ReportingSettingsInput } from '../../../simulator/reporting/settings.js';

const NOW = Date.UTC(2026, 10, 9);
const HOUR = 3_600_000;

function bookOf(settings: ReportingSettingsInput = {}): LegBook {
  return legBook(reportingSettingsSchema.parse(settings));
}

function legsOf(book: LegBook, from: string, to: string, nowMs = NOW): readonly Leg[] {
  const window = { fromMs: Date.parse(from), toMs: Date.parse(to), endInclusive: false, nowMs };
  return [...book.window(window).legs(0, Infinity)];
}

const ids = (legs: readonly Leg[]): readonly string[] => legs.map(({ contactId }) => contactId);

function journeyOf(kind: (typeof KINDS)[number], settings: ReportingSettingsInput = {}): Journey {
  for (const journey of bookOf({ only: [kind], journeysPerDay: 1, ...settings }).journeysOf('2026-10-05'))
    return journey;
  return assert.fail('there is no journey');
}

describe('the legs of a simulated tenant', () => {
  it('are the same for the same seed, and others for another', () => {
    const week = ['2026-10-05', '2026-10-12'] as const;
    assert.deepEqual(legsOf(bookOf(), ...week), legsOf(bookOf(), ...week));
    assert.notDeepEqual(legsOf(bookOf({ seed: 'other' }), ...week), legsOf(bookOf(), ...week));
  });

  it('are those of a range, however the range is cut', () => {
    const book = bookOf({ journeysPerDay: 300 });
    const whole = legsOf(book, '2026-10-05', '2026-10-08');
    assert.ok(whole.length > 1_000);
    const hours = Array.from({ length: 72 }, (_, hour) => Date.parse('2026-10-05') + hour * HOUR);
    const pieces = hours.flatMap((from) =>
      legsOf(book, new Date(from).toISOString(), new Date(from + HOUR).toISOString()),
    );
    assert.deepEqual(ids(pieces), ids(whole));
    assert.equal(new Set(ids(whole)).size, whole.length);
    const starts = whole.map(({ startMs }) => startMs);
    assert.deepEqual(
      starts,
      starts.toSorted((a, b) => a - b),
    );
  });

  it('come page by page as they come at once', () => {
    const book = bookOf({ journeysPerDay: 200 });
    const window = { fromMs: Date.UTC(2026, 9, 4), toMs: Date.UTC(2026, 9, 7), endInclusive: false, nowMs: NOW };
    const selection = book.window(window);
    const pageCount = Math.ceil(selection.total / 97);
    const pages = Array.from({ length: pageCount }, (_, page) => [...selection.legs(page * 97, 97)]).flat();
    assert.deepEqual(ids(pages), ids([...selection.legs(0, Infinity)]));
    assert.equal(pages.length, selection.total);
  });

  it('are every leg of every journey, whichever day it falls on', () => {
    const book = bookOf({ journeysPerDay: 150 });
    const days = Array.from({ length: 12 }, (_, day) =>
      new Date(Date.UTC(2026, 9, 1 + day)).toISOString().slice(0, 10),
    );
    const told = days.flatMap((day) => [...book.journeysOf(day)].flatMap(({ legs }) => ids(legs)));
    const read = new Set(ids(legsOf(book, '2026-10-01', '2026-10-30')));
    assert.deepEqual(
      told.filter((id) => !read.has(id)),
      [],
    );
    assert.ok([...book.journeysOf('2026-10-03')].some(({ kind }) => kind === 'transferred'));
  });

  it('are of every kind within a few thousand journeys', () => {
    const kinds = new Set([...bookOf({ journeysPerDay: 5_000 }).journeysOf('2026-10-05')].map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), [...KINDS].sort());
  });

  it('are held back while they are late, and are in the next reading', () => {
    const all = legsOf(bookOf({ late: 0.1 }), '2026-10-05', '2026-10-06');
    const first = legsOf(bookOf({ late: 0.1, held: true }), '2026-10-05', '2026-10-06');
    const late = all.filter((leg) => leg.late);
    assert.ok(late.length > 10);
    assert.equal(first.length, all.length - late.length);
  });

  it('are not in an answer before they have ended', () => {
    const nowMs = Date.UTC(2026, 9, 5, 16);
    const legs = legsOf(bookOf(), '2026-10-05', '2026-10-06', nowMs);
    assert.ok(legs.length > 50);
    const last = Math.max(...legs.map((leg) => leg.startMs + leg.totalDurationSeconds * 1_000));
    assert.ok(last <= nowMs - 15 * 60_000);
  });

  it('are fewer under Views, and none before the first day', () => {
    const all = legsOf(bookOf(), '2026-10-05', '2026-10-06').length;
    const seen = legsOf(bookOf({ visible: 0.5 }), '2026-10-05', '2026-10-06').length;
    assert.ok(seen > all * 0.35 && seen < all * 0.65);
    assert.equal(legsOf(bookOf({ firstDay: '2026-10-07' }), '2026-10-05', '2026-10-07').length, 0);
  });
});

describe('the trees that legs form', () => {
  it('change their master after the third transfer', () => {
    const { legs } = journeyOf('long-transfer');
    const [root, second, third, fourth, fifth, sixth] = legs;
    assert.deepEqual(
      [second, third, fourth, fifth, sixth].map((leg) => leg?.masterContactId),
      [root, root, third, fourth, fifth].map((leg) => leg?.contactId),
    );
  });

  it('lack the root of an orphan, and split where a transfer is its own master', () => {
    const [orphan] = journeyOf('orphan').legs;
    assert.notEqual(orphan?.masterContactId, orphan?.contactId);
    const [, split] = journeyOf('split').legs;
    assert.equal(split?.masterContactId, split?.contactId);
    assert.equal(split?.transfer, 'ReSkill');
  });

  it('end at one moment in a tie, whose larger id was abandoned', () => {
    const [first, second] = journeyOf('tie').legs;
    assert.ok(first && second);
    const ends = [first, second].map((leg) => leg.startMs + leg.totalDurationSeconds * 1_000);
    assert.equal(ends[0], ends[1]);
    assert.ok(BigInt(second.contactId) > BigInt(first.contactId) && second.abandoned);
  });

  it('have ids that a double cannot hold where that is asked for', () => {
    const [first, second] = journeyOf('transferred', { wideIds: true }).legs;
    assert.ok(first && second);
    assert.match(first.contactId, /^\d{19}$/);
    assert.notEqual(first.contactId, second.contactId);
    assert.equal(Number(first.contactId), Number(second.contactId), 'as doubles they are one');
  });
});

describe('the spelling of a leg', () => {
  const [leg] = journeyOf('answered').legs;
  assert.ok(leg);
  const write = (settings: ReportingSettingsInput, asked?: readonly string[]): Record<string, unknown> => {
    const writer = legWriter(reportingSettingsSchema.parse(settings), asked);
    if (typeof writer !== 'function') return assert.fail(writer.join());
    return JSON.parse(writer({ ...leg, agentSeconds: 1_234.5, mediaTypeId: 4 })) as Record<string, unknown>;
  };

  it('is the tenants’ or the specification’s', () => {
    assert.ok('contactStart' in write({}) && !('contactStartDate' in write({})));
    assert.ok('contactStartDate' in write({ names: 'spec' }) && 'acwSeconds' in write({ names: 'spec' }));
    assert.ok('contactStart' in write({ names: 'both' }) && 'contactStartDate' in write({ names: 'both' }));
  });

  it('is text where that is asked for, with commas in durations', () => {
    const fields = ['agentSeconds', 'isOutbound', 'contactId', 'mediaType'];
    const id = Number(leg.contactId);
    assert.deepEqual(write({}, fields), { contactId: id, mediaType: 4, isOutbound: false, agentSeconds: 1_234.5 });
    const text = { contactId: leg.contactId, mediaType: '4', isOutbound: 'False', agentSeconds: '1234.5' };
    assert.deepEqual(write({ values: 'text' }, fields), text);
    assert.deepEqual(write({ values: 'commas' }, fields), { ...text, agentSeconds: '1,234.5' });
  });

  it('refuses names that the tenant does not have', () => {
    assert.deepEqual(legWriter(reportingSettingsSchema.parse({}), ['contactId', 'contactStartDate']), [
      'contactStartDate',
    ]);
    assert.deepEqual(write({ unknownFields: 'ignored' }, ['contactId', 'nothing']), {
      contactId: Number(leg.contactId),
    });
  });
});
