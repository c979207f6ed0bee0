import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { POINTS, isPoint } from '../../crash/points.js';
import { PORT_POINTS, type Effect, type NoEffect, type PortPoints } from '../../crash/port-points.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Methods that need no point. Longer only with a reason: what is on it is struck nowhere. */
const WITHOUT_POINTS = [
  'alerts.end apart',
  'alerts.find reads',
  'alerts.handedOver apart',
  'alerts.list reads',
  'alerts.noteSend apart',
  'alerts.raise apart',
  'alerts.waiting reads',
  'audit.comparedUntil reads',
  'audit.has reads',
  'audit.missing reads',
  'audit.noteCompared apart',
  'coverage.read reads',
  'datasets.bodies reads',
  'datasets.get reads',
  'datasets.pages reads',
  'datasets.remove apart',
  'destination.check reads',
  'destination.commit absent',
  'destination.encode reads',
  'expectations.note apart',
  'expectations.retire apart',
  'ledger.answerOf reads',
  'ledger.findAll reads',
  'ledger.partsBy reads',
  'pipeline.differences reads',
  'pipeline.madeOf reads',
  'pipeline.parts reads',
  'pipeline.rollup reads',
  'pipeline.table reads',
  'receivers.receiversOf reads',
  'receivers.send apart',
  'retention.deleteExpired apart',
  'runDirectory.closedSince reads',
  'runDirectory.endedFromOutside reads',
  'runDirectory.firstOf reads',
  'runDirectory.statusOf reads',
  'runs.reportOf reads',
  'runs.unaudited reads',
  'scheduleDirectory.pause apart',
  'scheduleDirectory.standing reads',
  'sent.highest reads',
  'shapes.recall reads',
  'source.abort absent',
  'source.check absent',
  'source.compare absent',
  'source.derive reads',
  'source.inspect absent',
  'source.prepare reads',
  'source.records absent',
  'submissions.find reads',
];

type AnyEffect = Effect<readonly never[], never>;

const methods = Object.entries(PORT_POINTS).flatMap(([port, points]) =>
  // The cast forgets whose arguments are whose: only the names of the points matter here.
  Object.entries(points as Readonly<Record<string, AnyEffect | NoEffect>>).map(
    ([method, effect]) => [`${port}.${method}`, effect] as const,
  ),
);

async function textsIn(folder: string): Promise<readonly (readonly [path: string, text: string])[]> {
  const paths = (await readdir(join(ROOT, folder), { recursive: true })).filter((path) => path.endsWith('.ts'));
  return Promise.all(paths.map(async (path) => [path, await readFile(join(ROOT, folder, path), 'utf8')] as const));
}

function pathsWith(texts: Awaited<ReturnType<typeof textsIn>>, pattern: RegExp): readonly string[] {
  return texts.filter(([, text]) => pattern.test(text)).map(([path]) => path);
}

suite('crash points', () => {
  test('there are at least 24 of them', () => {
    assert.ok(Object.keys(POINTS).length >= 24, `${Object.keys(POINTS).length} points`);
  });

  test('every effect of a port has a point before it and one after it', () => {
    for (const [name, effect] of methods) {
      if (typeof effect === 'string') continue;
      for (const point of [effect.before, effect.after]) {
        assert.ok(typeof point === 'function' || isPoint(point), `${name}: ${String(point)}`);
      }
    }
  });

  test('a method of a port without its points does not compile', () => {
    const { open, ...others } = PORT_POINTS.runs;
    // @ts-expect-error -- that is what is shown
    const lacking: PortPoints = { ...PORT_POINTS, runs: others };
    assert.notEqual(lacking.runs, PORT_POINTS.runs);
    assert.equal(typeof open, 'object');
  });

  test('what needs no point is on a list', () => {
    const without = methods.flatMap(([name, effect]) => (typeof effect === 'string' ? [`${name} ${effect}`] : []));
    assert.deepEqual(without.sort(), WITHOUT_POINTS);
  });

  test('every point is reached somewhere', async () => {
    const texts = (await textsIn('test/crash')).filter(([path]) => !/^points[.]/.test(path));
    for (const point of Object.keys(POINTS)) assert.notDeepEqual(pathsWith(texts, new RegExp(`'${point}'`)), [], point);
  });
});

suite('production code', () => {
  test('knows nothing of crash points', async () => {
    const trace = /crash.?point|\bchaos\b|diagnostics_channel|SIGKILL/i;
    assert.deepEqual(pathsWith(await textsIn('src'), trace), []);
  });

  test('has one interface for what is put around a worker, and no use of it', async () => {
    assert.deepEqual(pathsWith(await textsIn('src'), /[.]around\b|\baround\??:/), ['worker/run-worker.ts']);
  });

  test('is built and shipped without them', async () => {
    const build = JSON.parse(await readFile(join(ROOT, 'tsconfig.build.json'), 'utf8')) as { include: string[] };
    assert.deepEqual(build.include, ['src', 'simulator']);
    const { files } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
    assert.deepEqual(
      files.filter((path) => /chaos|stack|test/.test(path)),
      [],
    );
    assert.deepEqual(pathsWith(await textsIn('simulator'), /test\/(crash|chaos)\//), []);
  });
});
