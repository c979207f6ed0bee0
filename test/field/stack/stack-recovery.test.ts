import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, suite, test } from 'node:test';
import { readStackFile, type StackError } from '../../../stack/stack.js';
import {
  allGone,
  cleanUp,
  eventually,
  newHome,
  pidsOf,
  query,
  start,
  urlOf,
  withTemporal,
} from '../../support/stack-rig.js';

/** Another process that starts a stack, says its pids and lives on. */
async function spawnOwner(
  home: string,
): Promise<{ pid: number; pids: number[]; lines: AsyncIterator<string>; exited: Promise<unknown[]> }> {
  const script = `
    const { startStack } = await import(${JSON.stringify(new URL('../../../stack/stack.ts', import.meta.url).href)});
    const stack = await startStack({ home: ${JSON.stringify(home)} });
    process.once('SIGINT', async () => {
      process.kill(stack.temporal.pid, 0);
      process.kill(stack.database.pid, 0);
      await stack.stop();
      console.log('drained');
      clearInterval(alive);
    });
    const alive = setInterval(() => undefined, 1_000);
    console.log(JSON.stringify([stack.supervisorPid, stack.temporal.pid, stack.database.pid]));
  `;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  assert.ok(first.done !== true && child.pid !== undefined);
  return { pid: child.pid, pids: JSON.parse(first.value) as number[], lines, exited };
}

suite('the embedded stack, when processes are killed', () => {
  after(cleanUp);

  test('leaves no process behind when its owner is killed', async () => {
    const home = await newHome();
    const owner = await spawnOwner(home);
    process.kill(owner.pid, 'SIGKILL');
    await eventually('supervisor, Temporal and Postgres are gone', () => allGone(owner.pids));
    assert.equal(await readStackFile(home), null);
  });

  test('keeps its servers through the Ctrl-C of a terminal until its owner has drained', async () => {
    const owner = await spawnOwner(await newHome());
    process.kill(-owner.pid, 'SIGINT');
    assert.deepEqual(await owner.lines.next(), { done: false, value: 'drained' });
    assert.deepEqual(await owner.exited, [0, null]);
    assert.ok(allGone(owner.pids));
  });

  test('recovers what a killed supervisor left behind, and says that it died', async () => {
    const home = await newHome();
    const failures: StackError[] = [];
    const first = await start({ home, onFailure: (error) => failures.push(error) });
    await query(urlOf(first), 'CREATE TABLE kept AS SELECT 42 AS answer');
    const orphans = pidsOf(first);
    process.kill(first.supervisorPid, 'SIGKILL');
    await eventually('the owner is told', () => failures.length === 1);
    assert.equal(await readStackFile(home), null);

    const second = await start({ home });
    assert.ok(allGone(orphans));
    assert.deepEqual(await query(urlOf(second), 'SELECT answer FROM kept'), [{ answer: 42 }]);
    await first.stop();
    assert.deepEqual(
      await query(urlOf(second), 'SELECT 1 AS alive'),
      [{ alive: 1 }],
      'the old owner stops nothing of the new one',
    );
    await second.stop();
  });

  test('stops the servers itself when the supervisor was killed', async () => {
    const stack = await start({ home: await newHome() });
    const pids = pidsOf(stack);
    process.kill(stack.supervisorPid, 'SIGKILL');
    await stack.stop();
    assert.ok(allGone(pids));
  });

  test('starts servers that were killed again where they were', async () => {
    const stack = await start({ home: await newHome() });
    const url = urlOf(stack);
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const before = pidsOf(stack);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await eventually('both have another pid', () => pidsOf(stack).every((pid, index) => pid !== before[index]));
    assert.deepEqual(await query(url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
    await withTemporal(stack, ({ connection }) =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
    await stack.stop();
  });
});
