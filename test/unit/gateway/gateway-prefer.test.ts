import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitPreference } from '../../../src/gateway/http/http.js';

const WAITS: readonly (readonly [header: string | undefined, seconds: number | undefined])[] = [
  [undefined, undefined],
  ['', undefined],
  ['wait=10', 10],
  ['Wait = 10', 10],
  ['respond-async, wait=10', 10],
  ['respond-async,wait=10;foo=bar', 10],
  ['wait="10"', 10],
  ['wait=0', 0],
  ['wait=61', 60],
  ['wait=5, wait=50', 5],
  ['wait=999999999999', undefined],
  ['wait', undefined],
  ['wait=', undefined],
  ['wait=-1', undefined],
  ['wait=1.5', undefined],
  ['wait=ten', undefined],
  ['await=10', undefined],
  ['foo="a, wait=10"', undefined],
  ['foo="a\\", wait=10", wait=3', 3],
  ['return=minimal', undefined],
];

test('a Prefer header says how long to wait as RFC 7240 has it, and what cannot be understood is ignored', () => {
  for (const [header, seconds] of WAITS) assert.equal(waitPreference(header), seconds, String(header));
});
