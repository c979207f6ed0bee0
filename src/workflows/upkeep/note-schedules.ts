import type { ScheduleNote } from '../../contract/values/names.js';
import { RECORD } from '../profiles.js';
import { refuseUpkeep } from './refuse-upkeep.js';
import { step } from '../aggregate/run.js';

/**
 * Notes in the records what every schedule is to read, and which one a person retired: what is late is found by that,
 * also where Temporal has lost the schedule. The worker keeps a schedule of it.
 */
export async function noteSchedules(note: ScheduleNote = {}, ...given: readonly never[]): Promise<void> {
  await refuseUpkeep(given);
  const { changed, retired } = note;
  await step(RECORD, 'note what schedules are to read').noteSchedules({
    ...(typeof changed === 'string' && { changed }),
    ...(typeof retired === 'string' && { retired }),
  });
}
