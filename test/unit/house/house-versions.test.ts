import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const ROOT = new URL('../../../', import.meta.url);
const DIRECT_DEPENDENCIES_MAX = 28;

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { version?: string; integrity?: string; resolved?: string }>>;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
}

const manifest = readJson('package.json') as Manifest;
const locked = Object.entries((readJson('package-lock.json') as Lock).packages).filter(([path]) => path !== '');

suite('what the product is made of', () => {
  test("all of Temporal's packages are of one version, each installed once", () => {
    const temporal = locked.filter(([path]) => path.includes('@temporalio/'));
    const names = temporal.map(([path]) => path.slice(path.lastIndexOf('@temporalio/')));
    assert.ok(names.length >= 8, 'the lock file has them');
    assert.deepEqual([...new Set(names)], names);
    assert.deepEqual(
      [...new Set(temporal.map(([, { version }]) => version))],
      [manifest.dependencies['@temporalio/worker']],
    );
  });

  test('what is installed is what the lock file says', () => {
    const folder = fileURLToPath(new URL('node_modules/@temporalio', ROOT));
    for (const name of readdirSync(folder)) {
      const { version } = readJson(`node_modules/@temporalio/${name}/package.json`) as { version: string };
      assert.equal(version, manifest.dependencies['@temporalio/worker'], name);
    }
  });

  test('every direct dependency is an exact version', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
  });

  test(`production has at most ${DIRECT_DEPENDENCIES_MAX} direct dependencies`, () => {
    const names = Object.keys(manifest.dependencies);
    assert.ok(names.length <= DIRECT_DEPENDENCIES_MAX, `${names.length}: ${names.join(', ')}`);
  });

  test('the lock file names no registry, and has a hash of every package', () => {
    for (const [path, { resolved, integrity }] of locked) {
      assert.equal(resolved, undefined, path);
      assert.match(integrity ?? '', /^sha512-/, path);
    }
  });

  // With several copies of protobufjs the SDK's own reader of histories fails: 'type must be a Type'.
  test('a history survives its way to JSON and back', () => {
    const golden = readFileSync(new URL('test/replay/histories/v0.1-completed.json', ROOT), 'utf8');
    const history = historyFromJSON(JSON.parse(golden));
    assert.ok((history.events ?? []).length > 10);
    assert.deepEqual(historyFromJSON(JSON.parse(historyToJSON(history))), history);
  });
});
