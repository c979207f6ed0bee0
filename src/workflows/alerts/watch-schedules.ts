import { REQUEST } from '../profiles.js';
import { refuseUpkeep } from '../upkeep/refuse-upkeep.js';
import { step } from '../aggregate/run.js';

/** Finds the windows that are late or have arrived, and pauses schedules that only fail. The worker keeps a schedule of it. */
export async function watchSchedules(...given: readonly never[]): Promise<void> {
  await refuseUpkeep(given);
  await step(REQUEST, 'find late windows').findLate();
  await step(REQUEST, 'pause schedules that only fail').pauseFailing();
}
