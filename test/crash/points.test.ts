import { after, before, describe, it } from 'node:test';
import { isPoint, POINTS, type CrashPoint, type PointName } from './points.js';
import { startRig, type Rig } from './rig.js';

/** Most of a scenario is the 20 s in which Temporal misses a dead worker. */
const AT_ONCE = 12;
const DEADLINE_MS = 300_000;
const SEEDS = Number(process.env['CRASH_SEEDS'] ?? 1);
// Else there would be no tests, and none would fail.
if (!(SEEDS >= 1)) throw new RangeError('CRASH_SEEDS must be a number above 0');
const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);

/** Workers that die one after the other under the same run. */
const SERIES: readonly (readonly [string, readonly [PointName, ...PointName[]]])[] = [
  ['four points in a row', ['submit-sent', 'page-renamed', 'webhook-acknowledged', 'audit-inserted']],
  ['three points among the days of contacts', ['day-page-asked', 'sheet-settled', 'derived-page-stored']],
  ['three points of a slot', ['turn-granted', 'posted-before', 'slot-end-before']],
  ['the same point three times', ['submit-acknowledged', 'submit-acknowledged', 'submit-acknowledged']],
];

describe('a worker that is killed', { concurrency: AT_ONCE }, () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig();
  });
  after(() => rig.stop());

  const names = Object.keys(POINTS).filter(isPoint);
  for (const seed of seeds) {
    const run = seeds.length > 1 ? ` (seed ${seed})` : '';
    for (const [name, points] of SERIES) {
      it(`at ${name} loses, falsifies and doubles nothing: ${points.join(', ')}${run}`, { timeout: DEADLINE_MS }, () =>
        rig.survives(points, seed),
      );
    }
    for (const name of names) {
      const { moment }: CrashPoint = POINTS[name];
      it(`at ${name}${run}: ${moment}`, { timeout: DEADLINE_MS }, () => rig.survives([name], seed));
    }
  }
});
