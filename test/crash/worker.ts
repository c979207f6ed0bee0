/**
 * A worker of the product that dies where `CRASH_POINT` says, with nothing changed but what it is wrapped in; without
 * that variable it is an ordinary one. `WORKFLOW_BUNDLE` saves making the bundle.
 */
import { readConfig } from '../../src/config/config.js';
import type { Env } from '../../src/config/environment.js';
import { createLogger, createScrubber } from '../../src/observability/log.js';
import { runWorker, type WorkerHooks } from '../../src/worker/run-worker.js';
import { isPoint } from './points.js';
import { drainOnDelivery, strikeAt, type Reach } from './strike.js';
import { watchFiles, watchRequests, watchStatements } from './watch.js';
import { watchRun } from './watch-run.js';
import { withPoints } from './with-points.js';

function required(env: Env, name: string): string {
  const value = env[name];
  if (value === undefined) throw new TypeError(`${name} is not set: it names a file`);
  return value;
}

function reachOf(env: Env): Reach | undefined {
  const point = env['CRASH_POINT'];
  if (point === undefined) return undefined;
  if (!isPoint(point)) throw new TypeError(`there is no crash point "${point}"`);
  const strike = strikeAt({ point, nth: Number(env['CRASH_NTH'] ?? 1) }, required(env, 'CRASH_MARKER'));
  return point.startsWith('drain-') ? drainOnDelivery(strike) : strike;
}

function aroundOf(env: Env): WorkerHooks {
  const workflowBundle = { codePath: required(env, 'WORKFLOW_BUNDLE') };
  const reach = reachOf(env);
  if (!reach) return { worker: (options) => ({ ...options, workflowBundle }) };
  watchRequests(reach);
  watchFiles(reach);
  watchStatements(reach);
  return {
    dependencies: (dependencies) => withPoints(dependencies, reach),
    worker: (options) => watchRun({ ...options, workflowBundle }, reach),
  };
}

// As the product's own: what starts this worker has gone, so drain.
if (process.connected) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const scrubber = createScrubber();
const config = readConfig(process.env, scrubber.learn);
const log = createLogger({
  level: config.logLevel(),
  scrub: scrubber.scrub,
  write: (line) => process.stdout.write(line),
});
await runWorker(config.worker(), config.temporal(), {
  log,
  scrubber,
  onReady: () => process.send?.({ type: 'ready' }),
  around: aroundOf(process.env),
});
if (process.connected) {
  process.removeAllListeners('disconnect');
  process.disconnect();
}
