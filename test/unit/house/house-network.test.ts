import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));
/** Outside `network` that open connections of their own, and why that is right. */
const EXCEPTIONS = {
  'destinations/webhook/address-guard.ts': 'the guard of direct connections; `network` uses it',
  'gateway/metrics/serve-metrics.ts': 'answers; it asks nobody',
  'worker/probes.ts': 'answers; it asks nobody',
  'report/page/live-script.ts': 'runs in a browser, and asks for the page that it is on',
  'composition/temporal/temporal-diagnosis.ts': 'asks Temporal by hand, through the same tunnel',
};
const CLIENTS = /^import (?!type )[^;]*? from '(undici|node:https?|node:http2|@smithy\/node-http-handler)'|\bfetch\(/m;

test('every HTTP request leaves through src/network, with its proxy and its User-Agent', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const opening = files.filter(
    (name) => !name.startsWith('network/') && CLIENTS.test(readFileSync(join(SRC, name), 'utf8')),
  );
  assert.deepEqual(opening.sort(), Object.keys(EXCEPTIONS).sort());
});
