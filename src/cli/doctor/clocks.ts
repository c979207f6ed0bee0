import { durationText } from '../../text/time-text.js';
import { ok, skipped, warn, type Check, type ClockReading } from './check.js';

const NAME = 'clocks';
/** Signatures are refused, and tokens taken for expired, from a few minutes on: said long before. */
const TOLERATED_MS = 30_000;

/** Compares this machine's clock with those of the servers. */
export function checkClocks(readings: readonly ClockReading[]): Check {
  if (readings.length === 0) return skipped(NAME, 'no server reported its time');
  const wrong = readings.flatMap(({ of, behindAtLeastMs, behindAtMostMs }) => {
    if (behindAtLeastMs > TOLERATED_MS)
      return [`this machine is at least ${durationText(behindAtLeastMs)} ahead of ${of}`];
    if (-behindAtMostMs > TOLERATED_MS)
      return [`this machine is at least ${durationText(-behindAtMostMs)} behind ${of}`];
    return [];
  });
  if (wrong.length === 0) return ok(NAME, `no difference above ${durationText(TOLERATED_MS)} to ${list(readings)}`);
  return warn(NAME, wrong.join('; '), 'synchronize the clocks with NTP');
}

function list(readings: readonly ClockReading[]): string {
  return readings.map(({ of }) => of).join(' and ');
}
