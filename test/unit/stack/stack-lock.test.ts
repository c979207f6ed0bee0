import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { identify, isAlive, startTimeOf } from '../../../stack/install/process-identity.mjs';
import { lock, lockHolder, LockTimeout } from '../../../stack/install/process-lock.mjs';

suite('a lock between processes', () => {
  let folder = '';
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'lock-')), 'lock');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

  const entryOf = (pid: number): string => `${pid}.${encodeURIComponent(startTimeOf(pid) ?? '')}`;

  test('is had by one and then, released, by the next', async () => {
    const release = await lock(folder, { deadlineMs: 0 });
    assert.deepEqual(lockHolder(folder), identify(process.pid));
    await assert.rejects(lock(folder, { deadlineMs: 0 }), LockTimeout);
    release();
    assert.equal(lockHolder(folder), null);
    (await lock(folder, { deadlineMs: 0 }))();
  });

  test('is refused while another live process has it, and names that process', async () => {
    await mkdir(folder);
    await writeFile(join(folder, entryOf(process.ppid)), '');
    await assert.rejects(lock(folder, { deadlineMs: 0 }), (error) => {
      assert.ok(error instanceof LockTimeout);
      assert.equal(error.holder.pid, process.ppid);
      return true;
    });
    assert.deepEqual(await readdir(folder), [entryOf(process.ppid)], 'who steps back leaves no entry');
  });

  test('is free when its holder is dead, or was another process with the same pid', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    assert.ok(child.pid !== undefined);
    await mkdir(folder);
    await writeFile(join(folder, `${child.pid}.1`), '');
    await writeFile(join(folder, `${process.ppid}.1`), '');
    const release = await lock(folder, { deadlineMs: 0 });
    assert.deepEqual(await readdir(folder), [entryOf(process.pid)]);
    release();
  });

  test('is had by one at a time however many processes want it', async () => {
    const journal = join(folder, '..', 'journal');
    const script = `
      const { lock } = await import(${JSON.stringify(new URL('../../../stack/install/process-lock.mjs', import.meta.url).href)});
      const { appendFileSync } = await import('node:fs');
      for (let turn = 0; turn < 5; turn += 1) {
        const release = await lock(${JSON.stringify(folder)}, { deadlineMs: 60_000 });
        appendFileSync(${JSON.stringify(journal)}, 'in ');
        await new Promise((resolve) => setTimeout(resolve, 2));
        appendFileSync(${JSON.stringify(journal)}, 'out ');
        release();
      }`;
    const run = (): Promise<unknown[]> =>
      once(spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' }), 'exit');
    assert.deepEqual(await Promise.all([run(), run(), run()]), [
      [0, null],
      [0, null],
      [0, null],
    ]);
    assert.equal(await readFile(journal, 'utf8'), 'in out '.repeat(15));
  });
});

test('a process is told apart from a later one with its pid', () => {
  const self = identify(process.pid);
  assert.ok(self !== null && isAlive(self));
  assert.equal(isAlive({ ...self, startTime: '1' }), false);
});
