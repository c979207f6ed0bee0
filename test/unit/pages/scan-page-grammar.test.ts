import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsedPage } from '../../support/pages/page-oracle.js';
import { assertAgrees, columnsOf, scanMade } from '../../support/pages/page-scan.js';
import { FLAWS, NUMBERS, TEXTS } from '../../support/pages/page-tokens.js';

/** A page with the value in every place that has rules of its own. */
const pagesWith = (value: string): string[] => [
  value,
  `{"status":${value},"data":[]}`,
  `{"data":${value}}`,
  `{"data":[${value},{"rate":1}]}`,
  ...['rate', 'date', 'journeyId', 'both', 'other'].map(
    (key) => `{"data":[{"${key}":1},{"${key}":${value},"dropOff":2},{}]}`,
  ),
  `{"data":[{"rate":[{"a":${value}}],"date":{"a":[${value}]}}]}`,
];

test('gives every number the value that JSON.parse gives it', () => {
  const metricOf = (text: string): number | undefined =>
    columnsOf(`{"data":[{"rate":${text}}]}`).metrics.get('rate')?.values[0];
  for (const text of NUMBERS) {
    pagesWith(text).forEach(assertAgrees);
    const expected = JSON.parse(text) as number;
    assert.ok(Object.is(metricOf(text), Number.isFinite(expected) ? expected : NaN), text);
  }
});

test('takes every string that JSON.parse takes, escaped or not, as value and as key', () => {
  for (const text of TEXTS) {
    const escaped = text.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    for (const token of [
      JSON.stringify(text),
      `"${escaped.join('')}"`,
      `"${escaped.join('').toUpperCase().replaceAll('\\U', '\\u')}"`,
    ]) {
      [...pagesWith(token), `{${token}:1,"data":[{${token}:2,"rate":3},{${token}:4,"rate":5}]}`].forEach(assertAgrees);
    }
  }
});

test('rejects what JSON.parse rejects, wherever it stands', () => {
  const rejected = FLAWS.filter((flaw) => parsedPage(Buffer.from(flaw)) === undefined);
  assert.deepEqual(
    FLAWS.filter((flaw) => !rejected.includes(flaw)),
    [],
  );
  for (const flaw of rejected) pagesWith(flaw).forEach(assertAgrees);
});

test('takes four bytes as white space, and no other', () => {
  const places = [
    '',
    '{',
    '"data"',
    ':',
    '[',
    '{',
    '"rate"',
    ':',
    '1',
    ',',
    '"date"',
    ':',
    '"d"',
    '}',
    ',',
    '{',
    '"rate"',
    ':',
    '2',
    '}',
    ']',
    '}',
  ];
  for (let byte = 0; byte < 256; byte += 1) {
    for (const at of places.keys()) {
      const page = Buffer.concat(
        places.flatMap((token, place) => [Buffer.from(token), place === at ? Buffer.of(byte) : Buffer.alloc(0)]),
      );
      assertAgrees(page);
      if (at === 0)
        assert.equal(scanMade(page) !== undefined, ' \n\r\t'.includes(String.fromCharCode(byte)), `byte ${byte}`);
    }
  }
});

test('takes every single byte inside a string that JSON.parse takes, and every escape', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    for (const before of ['', '\\', '\\u00', '\\u00e']) {
      assertAgrees(Buffer.concat([Buffer.from(`{"data":[{"date":"${before}`), Buffer.of(byte), Buffer.from('"}]}')]));
    }
  }
});

test('rejects a page that is cut, at every byte', () => {
  const page = Buffer.from(
    '{"status":"é\\u00e9","data":[{"rate":-1.5e3,"date":"d","x":[true,null,{"a":false}]},{"rate":12}],"totalCount":1}',
  );
  assertAgrees(page);
  for (let bytes = 0; bytes < page.length; bytes += 1) {
    assert.equal(scanMade(page.subarray(0, bytes)), undefined);
    // What stands behind the view in the same memory is not part of the page.
    assertAgrees(page.subarray(0, bytes));
    assertAgrees(page.subarray(bytes));
  }
});

test('rejects a byte order mark, bytes that are no UTF-8, and what stands behind the document', () => {
  const page = '{"data":[{"rate":1}]}';
  for (const bad of [
    `\u{feff}${page}`,
    `${page}\0`,
    `${page}x`,
    `${page}${page}`,
    `${page}]`,
    `${page},`,
    '',
    ' ',
    '\0',
  ]) {
    assert.equal(scanMade(bad), undefined, JSON.stringify(bad));
  }
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]]) {
    for (const [before, after] of [
      ['{"data":[{"x":"', '"}]}'],
      ['{"x', '":1,"data":[]}'],
      ['{"data":[]}', ''],
    ] as const) {
      assert.equal(scanMade(Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])), undefined);
    }
  }
});

test('nesting of 100,000 levels is read, and one bracket too few or too many is not', () => {
  const pages: ((value: string) => string)[] = [
    (value) => `{"data":[{"x":${value},"rate":1}]}`,
    (value) => `{"data":[{"rate":${value}}]}`,
    (value) => `{"data":[${value}]}`,
    (value) => `{"x":${value},"data":[1]}`,
  ];
  const brackets = [
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":', '}]'],
  ] as const;
  for (const page of pages) {
    for (const [open, close] of brackets) {
      const deep = (more: number): string => page(`${open.repeat(100_000)}1${close.repeat(100_000 + more)}`);
      assert.equal(scanMade(deep(0))?.columns?.rows, 1);
      assert.equal(scanMade(deep(-1)), undefined);
      assert.equal(scanMade(deep(1)), undefined);
    }
  }
});
