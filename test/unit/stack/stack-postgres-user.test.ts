import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { choosePostgresUser, type PostgresUser } from '../../../stack/servers/postgres-user.js';

const isRoot = process.getuid?.() === 0;

suite('the user who runs Postgres', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'private-'));
    await mkdir(join(folder, 'inner'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Its uid, and whether access(2) lets it into the folder. */
  function look(user: PostgresUser): { uid: number; reaches: boolean } {
    const path = JSON.stringify(join(folder, 'inner'));
    const script = `
      let reaches = true;
      try { require('node:fs').accessSync(${path}); } catch { reaches = false; }
      console.log(JSON.stringify({ uid: process.getuid(), reaches }));`;
    const { command, args, ...ids } = user.as(process.execPath, ['--eval', script]);
    const { stdout, stderr } = spawnSync(command, args, { ...ids, cwd: '/', encoding: 'utf8' });
    assert.equal(stderr, '');
    return JSON.parse(stdout) as { uid: number; reaches: boolean };
  }

  test('is who we are, unless that is root', { skip: isRoot && 'only for ordinary users' }, async () => {
    const user = await choosePostgresUser(join(folder, 'cluster'), [folder]);
    assert.equal(user.ids, undefined);
    assert.deepEqual(look(user), { uid: process.getuid?.(), reaches: true });
  });

  suite('instead of root', { skip: !isRoot && 'only for root' }, () => {
    test('is somebody else, without any right beyond', async () => {
      const user = await choosePostgresUser(join(folder, 'cluster'), [tmpdir()]);
      const { uid, reaches } = look(user);
      assert.notEqual(uid, 0);
      assert.equal(uid, user.ids?.uid);
      assert.equal(reaches, false);
    });

    test('reaches a folder that is private to root, when it has to', async () => {
      const user = await choosePostgresUser(join(folder, 'cluster'), [join(folder, 'inner')]);
      const { uid, reaches } = look(user);
      assert.notEqual(uid, 0);
      assert.equal(reaches, true);
    });

    test('is the owner of a cluster that is there already', async () => {
      const cluster = join(folder, 'inner');
      await chmod(folder, 0o755);
      await chown(cluster, 12_345, 12_345);
      const user = await choosePostgresUser(cluster, [folder]);
      assert.deepEqual(look(user), { uid: 12_345, reaches: true });
    });
  });
});
