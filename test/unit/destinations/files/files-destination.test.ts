import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFilesDestination } from '../../../../src/destinations/files/files-destination.js';
import type { RowDestination } from '../../../../src/ports/index.js';
import { memoryPlace, type MemoryPlace } from '../../../support/destinations/memory-place.js';
import { DAY_MS, rowsOfRevision, windowOf } from '../../../support/destinations/rows-of-revision.js';

const still = (): AbortSignal => new AbortController().signal;
const FOLDER = 'org=acme/source=analytics/series=0123456789abcdef/window=20261101T0000Z-20261108T0000Z';

interface Rig extends MemoryPlace {
  readonly destination: RowDestination;
  readonly json: (name: string) => Record<string, unknown> | undefined;
}

function rig(
  options: { before?: (change: string) => void | Promise<void>; keepRevisions?: number; on?: MemoryPlace } = {},
): Rig {
  const memory = options.on ?? memoryPlace(options.before);
  const { keepRevisions } = options;
  const destination = createFilesDestination({
    url: 'memory:',
    open: () => Promise.resolve(memory.place),
    format: 'ndjson',
    ...(keepRevisions !== undefined && { keepRevisions }),
    ambient: { now: () => 10 * DAY_MS, random: () => 0.5 },
  });
  return {
    ...memory,
    destination,
    json(name) {
      const text = memory.objects.get(name)?.toString();
      return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
    },
  };
}

/** What a reader sees that goes by `_current.json`: its rows, or that there is nothing yet. */
function visible({ objects, json }: Rig, folder = FOLDER): { revision: unknown; rows: number } | undefined {
  const current = json(`${folder}/_current.json`);
  if (current === undefined) return undefined;
  const own = `${folder}/revision=${String(current['revision']).padStart(6, '0')}`;
  const text = objects.get(`${own}/part-0.ndjson`)?.toString() ?? '';
  const manifest = json(`${own}/_manifest.json`);
  assert.ok(manifest, 'what is named is complete');
  const rows = text.split('\n').filter(Boolean).length;
  assert.equal((manifest['rows'] as { delivered: number }).delivered, rows);
  return { revision: current['revision'], rows };
}

describe('files', () => {
  it('lie by organisation, source, series, window and revision, with a manifest, and a row about the window', async () => {
    const on = rig();
    assert.deepEqual(await on.destination.write(rowsOfRevision(), still()), {
      delivered: true,
      reason: 'written',
      permanent: false,
    });
    assert.deepEqual([...on.objects.keys()].sort(), [
      `_windows/${FOLDER}/revision=000001/part-0.ndjson`,
      `${FOLDER}/_current.json`,
      `${FOLDER}/revision=000001/_manifest.json`,
      `${FOLDER}/revision=000001/part-0.ndjson`,
    ]);
    const row = on.json(`_windows/${FOLDER}/revision=000001/part-0.ndjson`);
    assert.deepEqual(Object.keys(row ?? {}), [
      ...[
        '_delivery_id',
        '_org',
        '_source',
        '_series',
        '_window_from',
        '_window_to',
        '_time_zone',
        '_revision',
        '_rows',
      ],
      ...['_complete', '_final', '_run_key', '_delivered_at', '_read_at'],
    ]);
    assert.equal(on.log.at(-1), `write ${FOLDER}/_current.json`, 'what counts is named last');
  });

  it('of a window without rows are there, too', async () => {
    const on = rig();
    await on.destination.write(rowsOfRevision({ values: [] }), still());
    assert.deepEqual(visible(on), { revision: 1, rows: 0 });
    assert.equal(on.json(`_windows/${FOLDER}/revision=000001/part-0.ndjson`)?.['_rows'], 0);
  });

  it('show a whole revision, the old one or the new one, wherever the writer dies, and the next attempt completes it', async () => {
    const complete = rig();
    await complete.destination.write(rowsOfRevision(), still());
    await complete.destination.write(rowsOfRevision({ revision: 2, values: [[1, 'j', 1]] }), still());
    const changes = complete.log.length / 2;
    for (let dies = 0; dies < changes; dies += 1) {
      let left = Infinity;
      const on = rig({
        before() {
          if (left === 0) throw new Error('killed');
          left -= 1;
        },
      });
      await on.destination.write(rowsOfRevision(), still());
      left = dies;
      const second = rowsOfRevision({ revision: 2, values: [[1, 'j', 1]] });
      await assert.rejects(on.destination.write(second, still()), /killed/);
      assert.deepEqual(visible(on), { revision: 1, rows: 7 }, `after ${dies} changes`);
      left = Infinity;
      await on.destination.write(second, still());
      assert.deepEqual(visible(on), { revision: 2, rows: 1 });
    }
  });

  it('never go back to an older revision: its attempt ends as superseded', async () => {
    const on = rig();
    await on.destination.write(rowsOfRevision({ revision: 2 }), still());
    const answer = await on.destination.write(rowsOfRevision({ revision: 1, values: [] }), still());
    assert.deepEqual([answer.delivered, answer.superseded], [true, true]);
    assert.deepEqual(visible(on), { revision: 2, rows: 7 });
  });

  it('name the highest revision also where two writers end in the wrong order', async () => {
    // The first writer has lost its lock, and does not know: it is held up before it names its revision.
    const names = `write ${FOLDER}/_current.json`;
    let second: Promise<unknown> | undefined;
    const on: Rig = rig({
      async before(change) {
        if (change !== names || second !== undefined) return;
        second = Promise.resolve();
        second = rig({ on }).destination.write(rowsOfRevision({ revision: 2, values: [[1, 'j', 1]] }), still());
        await second;
      },
    });
    await on.destination.write(rowsOfRevision(), still());
    assert.deepEqual(visible(on), { revision: 2, rows: 1 });
  });

  it('tell the highest complete revision of a window, and whose it is', async () => {
    const on = rig();
    assert.equal(await on.destination.standing(rowsOfRevision(), still()), undefined);
    const second = rowsOfRevision({ revision: 2, runKey: 'b'.repeat(32) });
    for (const revision of [rowsOfRevision(), second]) await on.destination.write(revision, still());
    on.objects.set(`${FOLDER}/revision=000003/part-0.ndjson`, Buffer.from('{'));
    const found = await on.destination.standing(rowsOfRevision(), still());
    assert.deepEqual(found, { revision: 2, runKey: second.runKey });
  });

  it('of a window that later ones cover wholly are superseded, and say so', async () => {
    const on = rig();
    const day = windowOf('2026-11-03', '2026-11-04');
    await on.destination.write(rowsOfRevision({ window: day }), still());
    const week = rowsOfRevision({ claimedAt: '2026-11-11T00:00:00.000Z' });
    assert.equal((await on.destination.write(week, still())).warnings, undefined);
    const folder = FOLDER.replace(/window=.*/, 'window=20261103T0000Z-20261104T0000Z');
    assert.equal(on.json(`${folder}/_current.json`)?.['superseded'], true);
    const late = await on.destination.write(rowsOfRevision({ window: day }), still());
    assert.equal(late.superseded, true, 'its claim is older than that of the week');
    const again = rowsOfRevision({ window: day, revision: 2, claimedAt: '2026-11-12T00:00:00.000Z' });
    const answer = await on.destination.write(again, still());
    assert.deepEqual(
      answer.warnings?.map(({ kind, count }) => [kind, count]),
      [['overlapping-windows', 1]],
    );
    assert.equal(on.json(`${folder}/_current.json`)?.['superseded'], undefined);
  });

  it('stay for ever, or as many as are to be kept; one that was superseded less than a day ago always', async () => {
    const on = rig({ keepRevisions: 2 });
    const revisions = async (): Promise<string[]> =>
      (await on.place.folders(FOLDER, still())).filter((name) => name.startsWith('revision='));
    for (const revision of [1, 2, 3]) await on.destination.write(rowsOfRevision({ revision }), still());
    on.age(9.5 * DAY_MS);
    await on.destination.write(rowsOfRevision({ revision: 4 }), still());
    assert.deepEqual(await revisions(), ['revision=000003', 'revision=000004']);
    await on.destination.write(rowsOfRevision({ revision: 5 }), still());
    assert.deepEqual(await revisions(), ['revision=000003', 'revision=000004', 'revision=000005']);
    assert.deepEqual((await on.place.folders(`_windows/${FOLDER}`, still())).length, 3);
  });

  it('say when they were read last, also where nothing has changed', async () => {
    const on = rig();
    await on.destination.write(rowsOfRevision({ final: false }), still());
    await on.destination.seen(rowsOfRevision({ readAt: '2026-11-12T00:00:00.000Z' }), still());
    const current = on.json(`${FOLDER}/_current.json`);
    assert.deepEqual([current?.['readAt'], current?.['final']], ['2026-11-12T00:00:00.000Z', true]);
    const row = on.json(`_windows/${FOLDER}/revision=000001/part-0.ndjson`);
    assert.deepEqual([row?.['_read_at'], row?.['_final']], ['2026-11-12T00:00:00.000Z', true]);
  });
});
