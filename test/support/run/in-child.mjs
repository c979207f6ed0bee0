/**
 * Loaded into the process of each test file before the file itself: tells the runner which tests begin and end, says
 * what the process waits for, and ends it with its runner.
 */
// Plain JavaScript: worker threads load it, too, and there are no TypeScript hooks in them.
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.channel) {
  process.on('message', async () => {
    const { everyWait } = await import('../waits.ts');
    const answer = { waits: await everyWait(), resources: process.getActiveResourcesInfo() };
    if (process.connected) process.send(answer);
  });
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    if (process.connected) process.send({ cpuSeconds: (userCPUTime + systemCPUTime) / 1_000_000 });
  });
  process.on('disconnect', () => {
    // The runner is gone: this process leads a group, and everything that it started goes with it.
    process.kill(-process.pid, 'SIGKILL');
  });
  // Listening must not keep the process alive.
  process.channel.unref();
}

/** As a reporter; it prints nothing: the spec reporter does. Node wants a default export. */
// eslint-disable-next-line no-restricted-exports
export default async function* tellRunner(events) {
  for await (const { type, data } of events) {
    const begins = type === 'test:dequeue';
    if (begins || type === 'test:complete' || type === 'test:pass' || type === 'test:fail') {
      if (process.connected) process.send({ test: data.name, level: data.nesting, begins });
    }
  }
  yield '';
}
