import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { problemsOfText, textOf } from '../../../src/client/request-text.js';
import { parseRequest } from '../../../src/contract/request/request-schema.js';

const pathsOf = (text: string): string[] => problemsOfText(Buffer.from(text)).map(({ path }) => path);

test('a number that a double would change is refused where it stands, with the advice to write it as text', () => {
  for (const number of [
    ...['9007199254740993', '-9007199254740993', '12345678901234567890', '0.1000000000000000055', '1e400', '1E-400'],
    ...['3.14159265358979323846', '100000000000000000000001', '9007199254740993.0'],
  ]) {
    const text = `{"query": {"filter": {"a": [1, {"accountId": ${number}}]}}}`;
    const [problem] = problemsOfText(Buffer.from(text));
    assert.equal(problem?.path, 'query.filter.a.1.accountId', number);
    assert.match(problem.message, /write it as text/);
  }
  for (const number of [
    '0',
    '-0',
    '1.50',
    '0.1',
    '1e2',
    '1E+2',
    '9007199254740991',
    '9007199254740992',
    '0.0000001',
    '1e300',
  ]) {
    assert.deepEqual(pathsOf(`{"a": [${number}]}`), [], number);
  }
});

test('digits in texts and keys are texts', () => {
  assert.deepEqual(
    pathsOf('{"9007199254740993": "9007199254740993", "a\\"1": "\\\\", "b": "[1, 9007199254740993"}'),
    [],
  );
  assert.deepEqual(pathsOf('{"a\\"": {"b": [[], {}, "x", 9007199254740993]}}'), ['a".b.3']);
});

test('of every JSON value that a program writes nothing is refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(pathsOf(JSON.stringify(value)), []);
    }),
  );
});

test('bytes that are not UTF-8 are refused, and a byte order mark is no part of the text', () => {
  assert.match(problemsOfText(Buffer.from([0x22, 0xff, 0x22]))[0]?.message ?? '', /not UTF-8/);
  assert.equal(textOf(Buffer.from('\uFEFF{}')), '{}');
});

test('a start through Temporal refuses what a double or a decoder may have changed already', () => {
  const request = (value: unknown): unknown => ({
    query: { metric: ['m'], dateFrom: '2026-11-01', dateTo: '2026-11-02', filter: { accounts: [value] } },
  });
  for (const value of [2 ** 53, -(2 ** 53), 1e300, 'M\uFFFDnchen']) {
    const parsed = parseRequest(request(value));
    assert.deepEqual(
      parsed.ok ? [] : parsed.problems.map(({ path }) => path),
      ['query.filter.accounts.0'],
      String(value),
    );
  }
  for (const value of [2 ** 53 - 1, -(2 ** 53 - 1), 0.1, 'München', '9007199254740993']) {
    assert.ok(parseRequest(request(value)).ok, String(value));
  }
});
