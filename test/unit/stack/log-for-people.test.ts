import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logForPeople } from '../../../stack/product/log-for-people.js';

const line = (fields: object): string => `${JSON.stringify({ level: 30, time: 1_764_525_000_000, ...fields })}\n`;

test('a line of the log is a clock time, a level, the message and what it is about', () => {
  const shown = logForPeople(line({ runKey: 'abc', msg: 'page stored' }), { color: false });
  assert.match(shown, /^\[\d\d:\d\d:\d\d\] INFO: page stored \{"runKey":"abc"\}\n$/);
  assert.match(logForPeople(line({ msg: 'page stored' }), { color: true }), /\u001b\[\d+mINFO/);
});

test('what is no JSON stays as it is, an error keeps its message, and noise is left out', () => {
  assert.equal(logForPeople('Segmentation fault\n', { color: false }).trim(), 'Segmentation fault');
  const failed = logForPeople(line({ level: 50, err: { type: 'Error', message: 'why' }, msg: 'failed' }), {
    color: false,
  });
  assert.match(failed, /ERROR: failed[^]*why/);
  assert.equal(logForPeople(line({ msg: 'No Nexus services registered with worker.' }), { color: false }), '');
});
