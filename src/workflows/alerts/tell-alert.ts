import { isCancellation } from '@temporalio/workflow';
import { ALERT, RECORD } from '../profiles.js';
import { step } from '../aggregate/run.js';
import { refuseStart } from '../entry.js';

/** Tells everybody who wants to know of one alert, each in its own time: a dead receiver delays no other, and no run. */
export async function tellAlert(request: { readonly id: string }, ...given: readonly never[]): Promise<void> {
  refuseStart(request, given);
  const { id } = request;
  const receivers = await step(RECORD, 'who is told').receiversOfAlert({ id });
  await Promise.all(receivers.map((receiver) => tell(id, receiver)));
}

/** The records say that it did not arrive. */
async function tell(id: string, receiver: string): Promise<void> {
  try {
    await step(ALERT, `tell ${receiver}`).tellReceiver({ id, receiver });
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}
