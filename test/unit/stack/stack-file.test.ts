import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { homePaths } from '../../../stack/home/home.js';
import { lock } from '../../../stack/install/process-lock.mjs';
import { readStackFile, removeStackFile, updateStackFile } from '../../../stack/home/stack-file.js';

suite('stack.json', () => {
  let home = '';
  let release = (): void => undefined;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'home-'));
    release = await lock(homePaths(home).lock, { deadlineMs: 0 });
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const database = { url: 'postgres://somebody@127.0.0.1:1/journey_metrics' };
  const gateway = { url: 'http://127.0.0.1:2' };

  test('keeps what an update does not name', async () => {
    await updateStackFile(home, { database });
    await updateStackFile(home, { gateway });
    assert.deepEqual(await readStackFile(home), { temporal: null, database, gateway, org: null });
  });

  test('is readable by its owner only, and no draft of it stays', async () => {
    await updateStackFile(home, { database });
    assert.equal((await stat(join(home, 'stack.json'))).mode & 0o777, 0o600);
    assert.deepEqual((await readdir(home)).sort(), ['lock', 'stack.json']);
  });

  test('says nothing once nobody holds the home, as after a crash', async () => {
    await updateStackFile(home, { database });
    release();
    assert.equal(await readStackFile(home), null);
  });

  test('says nothing when it is not there, removed, or not what it should be', async () => {
    assert.equal(await readStackFile(home), null);
    await updateStackFile(home, { database });
    await removeStackFile(home);
    assert.equal(await readStackFile(home), null);
    await writeFile(join(home, 'stack.json'), '{"temporal": 1}');
    assert.equal(await readStackFile(home), null);
  });

  test('that cannot be written is a sentence about the folder', async () => {
    const blocked = join(home, 'file');
    await writeFile(blocked, '');
    await assert.rejects(updateStackFile(blocked, { database }), {
      kind: 'disk',
      message: /file cannot be written \(ENOTDIR\)/,
    });
  });
});
