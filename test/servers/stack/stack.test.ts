import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { SEARCH_ATTRIBUTES } from '../../../src/contract/values/names.js';
import { readStackFile, StackError, startStack } from '../../../stack/stack.js';
import {
  allGone,
  cleanUp,
  newFolder,
  newHome,
  pidsOf,
  query,
  squat,
  start,
  urlOf,
  withTemporal,
} from '../../support/stack-rig.js';

suite('the embedded stack', () => {
  after(cleanUp);

  test('serves Temporal, its UI and Postgres, made ready for the product, and says where', async () => {
    const home = await newHome();
    const stack = await start({ home });
    assert.ok(stack.temporal && stack.database);
    assert.deepEqual(await query(stack.database.url, 'SELECT current_database() AS name'), [
      { name: 'journey_metrics' },
    ]);
    assert.equal((await fetch(`${stack.temporal.uiUrl ?? ''}/`)).status, 200);
    await withTemporal(stack, async ({ connection }) => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
      for (const name of Object.keys(SEARCH_ATTRIBUTES)) assert.ok(name in customAttributes, name);
      const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
      assert.equal(config?.workflowExecutionRetentionTtl?.seconds?.toNumber(), 30 * 24 * 60 * 60);
    });
    const { address, namespace, uiUrl } = stack.temporal;
    const said = {
      temporal: { address, namespace, uiUrl },
      database: { url: stack.database.url },
      gateway: null,
      org: null,
    };
    assert.deepEqual(JSON.parse(await readFile(join(home, 'stack.json'), 'utf8')), said);
    assert.deepEqual(await readStackFile(home), said);
    assert.equal((await stat(join(home, 'stack.json'))).mode & 0o777, 0o600);

    const pids = [stack.supervisorPid, ...pidsOf(stack)];
    await stack.stop();
    assert.ok(allGone(pids));
    assert.equal(await readStackFile(home), null);
  });

  test('goes on with its data, on its ports, when it is started again', async () => {
    const home = await newHome();
    const first = await start({ home, namespace: 'elsewhere', ui: false });
    await query(urlOf(first), 'CREATE TABLE kept AS SELECT 42 AS answer');
    await withTemporal(first, ({ workflow }) => workflow.start('kept', { workflowId: 'kept', taskQueue: 'nobody' }));
    await first.stop();

    const second = await start({ home, namespace: 'elsewhere', ui: false });
    assert.equal(urlOf(second), urlOf(first));
    assert.equal(second.temporal?.address, first.temporal?.address);
    assert.deepEqual(await query(urlOf(second), 'SELECT answer FROM kept'), [{ answer: 42 }]);
    const { status } = await withTemporal(second, ({ workflow }) => workflow.getHandle('kept').describe());
    assert.equal(status.name, 'RUNNING');
    await second.stop();
  });

  test('started three times at the very same moment, has three sets of ports, each with its own server', async () => {
    const stacks = await Promise.all(
      [newHome(), newHome(), newHome()].map(async (home) => start({ home: await home })),
    );
    assert.equal(new Set(stacks.map(({ temporal }) => temporal?.address)).size, 3);
    assert.equal(new Set(stacks.map(urlOf)).size, 3);
    for (const stack of stacks) {
      await withTemporal(stack, async ({ connection }) => connection.workflowService.getSystemInfo({}));
      await query(urlOf(stack), 'SELECT 1');
    }
  });

  test('runs twice at once in two homes', async () => {
    const [one, other] = await Promise.all([start({ home: await newHome() }), start({ home: await newHome() })]);
    await query(urlOf(one), 'CREATE TABLE mine ()');
    await assert.rejects(query(urlOf(other), 'SELECT FROM mine'), /does not exist/);
    assert.notEqual(one.temporal?.address, other.temporal?.address);
    await Promise.all([one.stop(), other.stop()]);
  });

  test('refuses a home that another live stack works on, by a sentence that names it', async () => {
    const home = await newHome();
    const stack = await start({ home, temporal: false });
    await assert.rejects(startStack({ home, temporal: false }), (error) => {
      assert.ok(error instanceof StackError);
      assert.equal(error.kind, 'home-in-use');
      assert.ok(error.message.includes(home) && error.message.includes(String(stack.supervisorPid)), error.message);
      return true;
    });
    assert.deepEqual(await query(urlOf(stack), 'SELECT 1 AS alive'), [{ alive: 1 }]);
    await stack.stop();
  });

  test('takes other ports where its own are busy', async () => {
    const home = await newFolder();
    const squatters = await Promise.all([squat(), squat(), squat()]);
    const [temporal, ui, postgres] = squatters.map(({ port }) => port);
    await writeFile(join(home, 'ports.json'), JSON.stringify({ temporal, ui, postgres, pinned: true }));
    const stack = await start({ home });
    assert.notEqual(stack.temporal?.address, `127.0.0.1:${temporal ?? ''}`);
    assert.notEqual(new URL(urlOf(stack)).port, String(postgres));
    assert.deepEqual(await query(urlOf(stack), 'SELECT 1 AS alive'), [{ alive: 1 }]);
    await stack.stop();
    for (const { leave } of squatters) leave();
  });

  test('ends at once, with nothing left, when its start is aborted', async () => {
    const home = await newHome();
    const abort = new AbortController();
    const reason = new Error('enough');
    const onStatus = (text: string): void => {
      if (text.startsWith('starting')) abort.abort(reason);
    };
    await assert.rejects(startStack({ home, signal: abort.signal, onStatus }), reason);
    const again = await start({ home, temporal: false });
    await again.stop();
  });
});
