import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fakeActivities } from '../../support/workflow/fake-activities.js';
import { createRig } from '../../support/workflow/workflow-rig.js';

/** As protobuf writes a timeout: `20s`, and nothing or `0s` for none. */
interface Scheduled {
  readonly heartbeatTimeout?: string;
}

for (const [kind, expected] of [
  ['dev', ['20s']],
  ['time-skipping', ['0s']],
] as const) {
  it(`activities on the ${kind} server have a heartbeat timeout: ${expected.join()}`, async (t) => {
    const rig = await createRig(kind);
    t.after(() => rig.stop());
    await rig.run(fakeActivities().activities, async ({ start }) => (await start()).result());
    const scheduled = rig.recorded.flatMap(({ events }) =>
      events.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []),
    ) as readonly Scheduled[];
    assert.ok(scheduled.length > 3);
    assert.deepEqual([...new Set(scheduled.map(({ heartbeatTimeout = '0s' }) => heartbeatTimeout))], expected);
  });
}
