import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startsIn, temporalRange } from '../../../src/client/schedules/schedule-backfill.js';
import {
  defineSchedule,
  type ScheduleDefinition,
  type ScheduleInput,
} from '../../../src/client/schedules/schedule-definition.js';

const NOW = Date.UTC(2026, 10, 23, 12);

function define(change: Partial<ScheduleInput> = {}): ScheduleDefinition {
  const request = {
    query: { metric: ['journeyCompletionRate'] },
    window: { relative: 'yesterday', timeZone: 'Europe/Berlin' },
  };
  return defineSchedule({ id: 'nightly', request, ...change }, { org: 'acme', destination: 'bi' }, NOW);
}

describe('starts in a range that is over', () => {
  const starts = (from: string, to: string, change: Partial<ScheduleInput> = {}): string[] =>
    startsIn(define(change), { from, to }, NOW).map((instant) => new Date(instant).toISOString());

  it('are half-open, by the clocks of the zone', () => {
    assert.deepEqual(starts('2026-03-28', '2026-03-30'), ['2026-03-28T04:00:00.000Z', '2026-03-29T03:00:00.000Z']);
    assert.deepEqual(starts('2026-03-28T05:00', '2026-03-29T05:00'), ['2026-03-28T04:00:00.000Z']);
  });

  it('are in the range that Temporal gets, and no others, whatever their jitter', () => {
    const definition = define({ jitter: '1 hour' });
    const range = temporalRange([Date.UTC(2026, 2, 28, 4), Date.UTC(2026, 2, 29, 3)], definition);
    assert.equal(range.end.toISOString(), '2026-03-29T03:59:59.999Z');
    assert.ok(range.start.getTime() < Date.UTC(2026, 2, 28, 4));
    const sharp = temporalRange([Date.UTC(2026, 2, 28, 4)], define({ jitter: '0 s' }));
    assert.equal(sharp.end.toISOString(), '2026-03-28T04:00:00.000Z');
  });

  it('refuses ranges that are reversed, to come, without a start, or too long', () => {
    const refusal = (from: string, to: string, change: Partial<ScheduleInput> = {}): string => {
      try {
        return `took ${starts(from, to, change).length}`;
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    };
    assert.match(refusal('2026-03-30', '2026-03-28'), /to: is before from/);
    assert.match(refusal('2026-03-30', '2026-03-30'), /to: .* empty/);
    assert.match(refusal('2026-11-20', '2026-11-24'), /to: .*in the future/);
    assert.match(refusal('2026-03-28T06:00', '2026-03-28T07:00'), /no start in this range/);
    assert.match(refusal('2026-03-32', '2026-04-02'), /from: .*not a valid date/);
    assert.match(refusal('2026-01-01', '2026-06-01'), /more than 100 starts.*backfill start/);
    assert.equal(refusal('2026-01-01', '2026-04-11'), 'took 100');
    assert.match(refusal('2026-01-01', '2026-04-12'), /more than 100/);
    const doubled = { ...define(), at: '02:30' };
    assert.throws(
      () => startsIn(doubled, { from: '2026-03-01', to: '2026-03-02' }, NOW),
      /does not exist once on every day/,
    );
  });
});
