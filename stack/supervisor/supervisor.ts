/**
 * The process that owns the embedded servers. It leads a session of its own, so that the terminal's Ctrl-C does not
 * reach it or them before the worker has drained, and it ends both when its channel to the parent closes: on request,
 * when the parent exits, and when the parent is killed.
 */
import { once } from 'node:events';
import { diskError, StackError } from '../errors.js';
import { removeStackFile } from '../home/stack-file.js';
import { keepServers, lockHome } from './supervised-servers.js';
import { type FromSupervisor, type ServerStates, type StackPlan, toSupervisor } from './supervisor-protocol.js';

const shutdown = new AbortController();
const stopAll = (): void => {
  shutdown.abort();
};
let started = false;

process.on('message', (message) => {
  const request = toSupervisor.parse(message);
  if (request.type === 'stop') stopAll();
  else if (!started) {
    started = true;
    void supervise(request.plan, shutdown.signal).finally(() => process.exit());
  }
});
for (const event of ['disconnect', 'SIGINT', 'SIGTERM', 'SIGHUP']) process.on(event, stopAll);
shutdown.signal.addEventListener('abort', () => {
  if (!started) process.exit();
});
if (!process.connected) stopAll();

async function supervise(plan: StackPlan, signal: AbortSignal): Promise<void> {
  try {
    const release = await lockHome(plan.home, signal);
    try {
      await serve(plan, signal);
    } finally {
      await removeStackFile(plan.home);
      release();
    }
  } catch (error) {
    if (!signal.aborted) await report(diskError(error, plan.home));
  }
}

/** Runs the servers until the signal, or until one of them cannot be kept up. */
async function serve(plan: StackPlan, signal: AbortSignal): Promise<void> {
  await removeStackFile(plan.home); // Of a supervisor that was killed.
  let giveUp: (reason: unknown) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  broken.catch(() => undefined); // It may break before it is raced.
  const changed = (servers: ServerStates): void => {
    void send({ type: 'running', servers });
  };
  const kept = await keepServers(plan, { changed, givenUp: giveUp }, signal);
  try {
    changed(kept.servers);
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), broken]);
  } finally {
    await removeStackFile(plan.home); // First: from here on nobody may find the servers, and the next start waits.
    await kept.stop();
  }
}

async function report(error: unknown): Promise<void> {
  const known = error instanceof StackError ? error : new StackError('server-failed', String(error), { cause: error });
  if (known !== error) process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
  await send({ type: 'failed', kind: known.kind, message: known.message });
}

/** The parent may be gone; then nobody needs to know. */
function send(message: FromSupervisor): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else {
      process.send(message, undefined, undefined, () => {
        resolve();
      });
    }
  });
}
