import { writeFileSync } from 'node:fs';
import type { PointName } from './points.js';

/** Called at every point that the worker comes to. */
export type Reach = (point: PointName) => void;

/** Where one worker dies. */
export interface Strike {
  readonly point: PointName;
  /** The n-th time that it is there. */
  readonly nth: number;
}

/** @param marker file that proves that the point was reached: without it, the process died of something else */
export function strikeAt({ point, nth }: Strike, marker: string): Reach {
  let times = 0;
  return (reached) => {
    if (reached !== point) return;
    times += 1;
    if (times !== nth) return;
    writeFileSync(marker, point);
    process.kill(process.pid, 'SIGKILL');
  };
}

/**
 * A drain in mid-delivery, as by an operator: SIGTERM when the first part is out. What happens from then on is another
 * point than the same thing before.
 */
export function drainOnDelivery(reach: Reach): Reach {
  let draining = false;
  process.once('SIGTERM', () => {
    draining = true;
    reach('drain-begun');
  });
  return (reached) => {
    if (reached === 'webhook-sent') process.kill(process.pid, 'SIGTERM');
    if (reached === 'webhook-acknowledged' && draining) reach('drain-acknowledged');
    reach(reached);
  };
}
