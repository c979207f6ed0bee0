import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pythonTool } from '../../support/cli/python-tool.js';

const SCRIPT = fileURLToPath(new URL('../../support/cli/compose_json.py', import.meta.url));
// The specification has a number of retries there, and this parser has none.
const TEXT = readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8').replaceAll(
  /on-failure:\d/g,
  'on-failure',
);

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface Service {
  readonly depends_on?: Readonly<Record<string, unknown>> | readonly string[];
  readonly healthcheck?: unknown;
}

test('docker-compose.yml fits the Compose specification, as far as can be told without Docker', async (t) => {
  const tool = await pythonTool(t, 'compose-spec', 'compose_spec/__init__.py');
  if (tool === undefined) return;
  const read = (input: string) => spawnSync('python3', [SCRIPT, tool], { input, encoding: 'utf8' });
  const { status, stdout, stderr } = read(TEXT);
  assert.equal(status, 0, stderr);
  const { services } = JSON.parse(stdout) as Compose;
  assert.ok(Object.keys(services).length >= 7);
  for (const [name, { depends_on: needs = {} }] of Object.entries(services)) {
    for (const each of Object.keys(needs)) assert.ok(Object.hasOwn(services, each), `${name} waits for ${each}`);
    for (const [each, condition] of Object.entries(needs)) {
      if (!JSON.stringify(condition).includes('service_healthy')) continue;
      assert.ok(services[each]?.healthcheck, `${name} waits for the health of ${each}, which has no check`);
    }
  }

  const faults: Readonly<Record<string, readonly [string, string]>> = {
    'a key of no service': ['    healthcheck:', '    healthchck:'],
    'a time without a number': ['interval: 5s', 'interval: soon'],
    'a configuration that is not there': ['source: dynamic-config,', 'source: no-such,'],
    'a port that is none': ["'127.0.0.1:7233:7233'", "'127.0.0.1:abc:7233'"],
  };
  for (const [fault, [from, to]] of Object.entries(faults)) {
    assert.ok(TEXT.includes(from), fault);
    assert.equal(read(TEXT.replace(from, to)).status, 1, fault);
  }
});
