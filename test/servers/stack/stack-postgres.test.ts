import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { startPostgres } from '../../../stack/servers/postgres.js';
import { StackError } from '../../../stack/stack.js';
import { cleanUp, newFolder, query, squat } from '../../support/stack-rig.js';

suite('the embedded Postgres', () => {
  after(cleanUp);

  test('goes on with its data after the SIGKILL of its postmaster', async () => {
    const dataDir = join(await newFolder(), 'data');
    const first = await startPostgres({ dataDir });
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(first.pid, 'SIGKILL');
    assert.equal(await first.exited, 'signal SIGKILL');
    const second = await startPostgres({ dataDir });
    assert.deepEqual(await query(second.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
    await second.stop();
  });

  test('refuses a port that somebody else has', async () => {
    const squatter = await squat();
    const dataDir = join(await newFolder(), 'data');
    await assert.rejects(startPostgres({ dataDir, port: squatter.port }), { name: 'StackError', kind: 'port-busy' });
    squatter.leave();
  });

  test('says the last words of a server that does not start', async () => {
    const dataDir = join(await newFolder(), 'data');
    await (await startPostgres({ dataDir })).stop();
    await writeFile(join(dataDir, 'cluster', 'postgresql.auto.conf'), "shared_buffers = 'plenty'\n");
    await assert.rejects(startPostgres({ dataDir }), (error) => {
      assert.ok(error instanceof StackError);
      assert.equal(error.kind, 'server-failed');
      assert.match(error.message, /invalid value for parameter "shared_buffers"/);
      return true;
    });
  });
});
