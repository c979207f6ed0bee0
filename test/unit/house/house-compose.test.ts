import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SEARCH_ATTRIBUTES } from '../../../src/contract/values/names.js';

const FILE = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url));

interface Manifest {
  readonly version: string;
}

interface Outcome {
  readonly status: number | null;
  readonly stderr: string;
}

/** Without the variables of whoever runs the tests, which could make up for what the file lacks. */
function compose(cwd: string, ...args: readonly string[]): Outcome {
  const { PATH, HOME } = process.env;
  return spawnSync('docker', ['compose', ...args], { cwd, encoding: 'utf8', env: { PATH, HOME }, timeout: 30_000 });
}

suite('docker-compose.yml', () => {
  const text = readFileSync(FILE, 'utf8');
  const skip = compose(tmpdir(), 'version').status !== 0 && 'docker compose is not installed here';

  test('is accepted by docker compose in a checkout without a .env', { skip }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'journey-metrics-compose-'));
    try {
      copyFileSync(FILE, join(folder, 'docker-compose.yml'));
      const { status, stderr } = compose(folder, 'config', '--quiet');
      assert.equal(stderr, '');
      assert.equal(status, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('names a version of every image', () => {
    const images = [...text.matchAll(/^ +image: (\S+)$/gm)].map(([, image = '']) => image);
    assert.ok(images.length >= 7);
    for (const image of images) assert.match(image, /:\d/);
  });

  test('runs the image of this version', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Manifest;
    const ours = [...text.matchAll(/image: journey-metrics:(\S+)/g)].map(([, tag]) => tag);
    assert.deepEqual(ours, [version, version]);
  });

  test('takes every password from outside', () => {
    const secrets = [...text.matchAll(/^ +\w*(?:PASSWORD|PWD|SECRET)\w*:(.*)$/gm)].map(([, value = '']) =>
      value.trim(),
    );
    assert.ok(secrets.length >= 6);
    for (const secret of secrets) assert.match(secret, /^(\$\{[A-Z_]+:-\}( #.*)?)?$/);
  });

  test('publishes ports on this host only', () => {
    const ports = [...text.matchAll(/^ +ports: (.*)$/gm)].map(([, list = '']) => list);
    assert.ok(ports.length >= 2);
    for (const list of ports) assert.match(list, /^\['127\.0\.0\.1:\d+:\d+'\]$/);
  });

  test('registers the search attributes of the contract', () => {
    const registered = [...text.matchAll(/--name (\w+) --type (\w+)/g)].map(([, name = '', type = '']) => [
      name,
      type.toUpperCase(),
    ]);
    assert.deepEqual(Object.fromEntries(registered), SEARCH_ATTRIBUTES);
  });
});
