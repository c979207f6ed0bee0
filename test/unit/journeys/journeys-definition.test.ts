import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  definitionText,
  describeDefinition,
  readDefinition,
  type DefinitionInput,
} from '../../../src/domain/journeys/definition/definition.js';
import { isWithinHours } from '../../../src/domain/journeys/definition/opening-hours.js';
import { SETTINGS } from '../../../src/domain/journeys/definition/setting-list.js';
import { DEFAULT_SETTINGS, type SettingsInput } from '../../../src/domain/journeys/definition/settings.js';
import { definitionOf, HOUR_MS, journeysOf, legOf, settingsInput, START } from './journeys-fixtures.js';

const problemsOf = (settings: SettingsInput, over: Partial<DefinitionInput> = {}): readonly string[] => {
  const read = readDefinition({ name: 'acme', version: 1, base: 'contact-journey/1', settings, ...over });
  return 'problems' in read ? read.problems : [];
};

test('without settings a definition has every default', () => {
  assert.deepEqual(definitionOf().settings, DEFAULT_SETTINGS);
});

test('what means the same is the same text', () => {
  const one = definitionOf({
    contained: ['entryPoint:Pay', 'disposition:9', 'entryPoint:Pay'],
    horizon: { other: '4 hours' },
    neverDecides: { queues: ['2', '1'] },
    hours: {
      timeZone: 'Europe/Berlin',
      open: [
        { days: [6], from: '09:00', to: '12:00' },
        { days: [2, 1, 1], from: '08:00', to: '18:00' },
      ],
    },
  });
  const other = definitionOf({
    hours: {
      open: [
        { from: '08:00', to: '18:00', days: [1, 2] },
        { to: '12:00', from: '09:00', days: [6] },
        { to: '12:00', from: '09:00', days: [6] },
      ],
      timeZone: 'Europe/Berlin',
    },
    neverDecides: { entryPoints: [], queues: ['1', '2'] },
    shortAbandon: 'tenant',
    horizon: 14_400,
    contained: ['disposition:9', 'entryPoint:Pay'],
  });
  assert.equal(definitionText(one), definitionText(other));
});

test('a definition that was read is read as itself', () => {
  fc.assert(
    fc.property(settingsInput, (input) => {
      const { contained, ...settings } = definitionOf(input).settings;
      const again = definitionOf({ ...settings, ...(contained !== null && { contained }) });
      assert.equal(definitionText(again), definitionText(definitionOf(input)));
    }),
  );
});

test('another name, version or setting is another text', () => {
  const texts = [
    definitionOf(),
    { ...definitionOf(), name: 'other' },
    { ...definitionOf(), version: 2 },
    definitionOf({ contained: 'none' }),
    definitionOf({ horizon: '5 hours' }),
    definitionOf({ horizon: { digital: '5 hours' } }),
    definitionOf({ shortAbandon: 10 }),
    definitionOf({ shortAbandons: 'dropped' }),
    definitionOf({ voicemail: { counts: 'dropped' } }),
    definitionOf({ callback: { minTalk: 10 } }),
    definitionOf({ neverDecides: { queues: ['1'] } }),
    definitionOf({ minTalk: 10 }),
    definitionOf({ escalation: { minSelfService: 10 } }),
    definitionOf({ hours: { timeZone: 'UTC', open: [] } }),
  ].map(definitionText);
  assert.equal(new Set(texts).size, texts.length);
});

test('the text of the defaults is pinned: another one would be another series for everybody', () => {
  assert.equal(
    definitionText(definitionOf()),
    '{"base":"contact-journey/1","name":"test","settings":{"callback":{"minTalk":30,"notReached":"unresolved","queues":[]},' +
      '"contained":null,"escalation":{"entryPoints":[],"minSelfService":0},"horizon":{"digital":604800,"email":604800,"other":14400},' +
      '"hours":"all","minTalk":0,"neverDecides":{"entryPoints":[],"queues":[]},"shortAbandon":"tenant","shortAbandons":"exclude",' +
      '"voicemail":{"counts":"unresolved","queues":[]}},"version":1}',
  );
});

test('what is wrong is said, a sentence each', () => {
  assert.deepEqual(problemsOf({}, { version: 0, name: 'Acme Completion' }), [
    '`version` is a whole number from 1.',
    '`name` is 1 to 64 small letters, digits, points, dashes or underscores.',
  ]);
  assert.match(problemsOf({ contained: ['paid'] })[0] ?? '', /"paid" is no marker/);
  assert.match(problemsOf({ contained: [] })[0] ?? '', /names a marker/);
  assert.match(problemsOf({ minTalk: -1 })[0] ?? '', /`minTalk` is seconds/);
  assert.match(problemsOf({ shortAbandon: 'soon' })[0] ?? '', /`shortAbandon` is seconds/);
  assert.match(problemsOf({ horizon: '40 days' })[0] ?? '', /at most 31 days/);
  assert.match(problemsOf({ horizon: { email: 0 } })[0] ?? '', /longer than 0 s/);
  const hours = (from: string, to: string, days = [1]): SettingsInput => ({
    hours: { timeZone: 'UTC', open: [{ days, from, to }] },
  });
  for (const wrong of [
    hours('9:00', '12:00'),
    hours('12:00', '09:00'),
    hours('08:00', '24:01'),
    hours('08:00', '12:00', [0]),
  ]) {
    assert.match(problemsOf(wrong)[0] ?? '', /`hours.open`/);
  }
  assert.deepEqual(problemsOf(hours('08:00', '24:00', [1, 7])), []);
});

test('a longer horizon takes in a later leg', () => {
  const legs = [legOf('1'), legOf('2', { masterContactId: '1', startMs: START + 5 * HOUR_MS })];
  const legsWith = (horizon: SettingsInput['horizon']): unknown => journeysOf(legs, { horizon })[0]?.legs;
  assert.deepEqual([legsWith(undefined), legsWith('6 hours'), legsWith({ email: '6 hours' })], [1, 2, 1]);
});

test('every setting is described, with its default and with another value', () => {
  assert.deepEqual(SETTINGS.map(({ setting }) => setting).sort(), Object.keys(DEFAULT_SETTINGS).sort());
  const { settings } = definitionOf({
    horizon: '90 s',
    contained: ['disposition:Paid'],
    shortAbandon: 10,
    shortAbandons: 'dropped',
    voicemail: { queues: ['Box'] },
    callback: { notReached: 'dropped', queues: ['Call me'] },
    neverDecides: { queues: ['Survey'], entryPoints: ['Test'] },
    minTalk: 60,
    escalation: { minSelfService: 86_400, entryPoints: ['Menu'] },
    hours: { timeZone: 'Europe/Berlin', open: [] },
  });
  for (const { sentence, byDefault, inWords, setting } of SETTINGS) {
    assert.match(sentence, /^[A-Z].*\.$/, setting);
    assert.notEqual(byDefault, '');
    assert.notEqual(inWords(settings), inWords(DEFAULT_SETTINGS), setting);
    for (const each of [settings, DEFAULT_SETTINGS]) assert.match(inWords(each), /^[A-Z].*\.$/, setting);
  }
});

test('a definition in plain sentences', () => {
  const sentences = describeDefinition(definitionOf({ contained: ['entryPoint:Pay by phone'] }));
  assert.equal(sentences[0], 'test, version 1, based on contact-journey/1.');
  assert.ok(
    sentences.includes(
      'Self-service completes a journey that was never queued and has one of: entryPoint:Pay by phone.',
    ),
  );
  assert.ok(
    sentences.includes(
      'A journey is made of the legs that begin within 4 hours after its root (email 7 days, digital 7 days).',
    ),
  );
});

test('opening hours are half-open, by the day of the week, before 1970 too', () => {
  const hours = { timeZone: 'UTC', open: [{ days: [1], from: '08:00', to: '24:00' }] };
  const isOpen = (instant: string): boolean => isWithinHours(hours, Date.parse(instant));
  for (const monday of ['2026-10-05', '1969-12-29', '1970-01-05', '1970-01-12']) {
    assert.deepEqual(
      [isOpen(`${monday}T07:59:59Z`), isOpen(`${monday}T08:00:00Z`), isOpen(`${monday}T23:59:59Z`)],
      [false, true, true],
      monday,
    );
  }
  assert.equal(isOpen('2026-10-06T09:00:00Z'), false);
  assert.equal(isOpen('2026-10-04T09:00:00Z'), false);
});
