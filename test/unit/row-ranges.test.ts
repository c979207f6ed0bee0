import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findRowRanges } from '../../src/datasets/row-ranges.js';

/** The texts of the rows as the scan finds them. */
function textsOf(page: string): string[] | undefined {
  const bytes = Buffer.from(page);
  const { data } = JSON.parse(page) as { data?: unknown };
  if (!Array.isArray(data)) return undefined;
  const ranges = findRowRanges(bytes, data.length);
  return ranges && Array.from(data, (_, row) => bytes.toString('utf8', ranges[row * 2], ranges[row * 2 + 1]));
}

const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 3 });
const nasty = fc.constantFrom('"', '\\', '\\"', '},{', ']', '[', 'data', '"data":[', 'é', '漢', '\u{1F600}', '\u2028');
const text = fc.oneof(
  fc.string(),
  fc.array(nasty).map((parts) => parts.join('')),
);
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.integer(),
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));

/** JSON with white space wherever it may stand. */
function spaced(value: unknown, gap: string): string {
  const indented = JSON.stringify(value, null, 1);
  return `${gap}${gap === '' ? JSON.stringify(value) : indented}${gap}`;
}

const dataKey = fc.constantFrom('"data"', '"d\\u0061ta"', '"\\u0064ata"', '"data\\u0000"', '"Data"', '"\\"data\\""');

test('every range holds exactly the element that JSON.parse sees, whatever surrounds it', () => {
  const member = fc.record({
    key: fc.oneof(
      dataKey,
      text.map((key) => JSON.stringify(key)),
    ),
    value: anyValue,
    gap: space,
  });
  const rows = fc.record({ key: fc.constantFrom('"data"', '"d\\u0061ta"'), value: fc.array(anyValue), gap: space });
  const members = fc.tuple(fc.array(member, { maxLength: 3 }), rows, fc.array(member, { maxLength: 3 }));
  fc.assert(
    fc.property(members, space, ([before, data, after], gap) => {
      const texts = [...before, data, ...after].map(
        (each) => `${each.gap}${each.key}${gap}:${spaced(each.value, each.gap)}`,
      );
      const page = `${gap}{${texts.join(',')}}${gap}`;
      const { data: expected } = JSON.parse(page) as { data: unknown };
      const found = textsOf(page);
      if (!Array.isArray(expected)) assert.equal(found, undefined);
      else
        assert.deepEqual(
          found?.map((each) => JSON.parse(each) as unknown),
          expected,
        );
    }),
    { numRuns: 1000 },
  );
});

test('keeps the bytes of a row as they are, without the white space around it', () => {
  const rows = [
    '{ "n" : 12345678901234567890,\n "x":1.0 }',
    '{"n":1e2,"n":-0}',
    '"\\u00e9\\\\"',
    '[[],[{}]]',
    '{}',
    '0',
  ];
  assert.deepEqual(textsOf(`{"a":[1], "data" : [ ${rows.join(' ,\n ')} ] }`), rows);
});

test('of several data keys the last one counts', () => {
  assert.deepEqual(textsOf('{"data":[1,2,3],"d\\u0061ta":[4]}'), ['4']);
  assert.deepEqual(textsOf('{"data":[1],"data":[]}'), []);
  assert.deepEqual(textsOf('{"data":"x","data":[7]}'), ['7']);
});

test('a data key further down is not the page’s', () => {
  assert.deepEqual(textsOf('{"meta":{"data":[1,2]},"data":[{"data":[3,4,5]}]}'), ['{"data":[3,4,5]}']);
});

test('steps over a byte order mark', () => {
  const page = Buffer.from('\ufeff{"data":[1,22]}');
  const ranges = findRowRanges(page, 2);
  assert.ok(ranges);
  assert.equal(page.toString('utf8', ranges[2], ranges[3]), '22');
});

test('depth costs nothing', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  assert.deepEqual(
    Array.from(findRowRanges(Buffer.from(`{"data":[${deep},1]}`), 2) ?? []),
    [9, 200_009, 200_010, 200_011],
  );
});

test('says so when it finds another number of rows than JSON.parse did', () => {
  const page = Buffer.from('{"data":[1,2]}');
  for (const rows of [0, 1, 3]) assert.equal(findRowRanges(page, rows), undefined);
  assert.equal(findRowRanges(Buffer.from('{"rows":[]}'), 0), undefined);
  assert.equal(findRowRanges(Buffer.from('[1]'), 1), undefined);
});

test('comes to an end on bytes that are no JSON at all', () => {
  const ends = (bytes: Uint8Array): void => {
    try {
      findRowRanges(bytes, 2);
    } catch (error) {
      assert.ok(error instanceof SyntaxError);
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), ends));
  const signs = fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '');
  fc.assert(
    fc.property(fc.nat(46), signs, (at, sign) => {
      const page = '{"a":"x","data":[{"b":"c"},[1,{"d":2}]],"e":3}';
      ends(Buffer.from(page.slice(0, at) + sign + page.slice(at + 1)));
    }),
    { numRuns: 500 },
  );
});
