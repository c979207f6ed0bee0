/** The worker. SIGTERM and Ctrl-C drain it. Exit codes: 0 drained, 1 something it needs is away, 2 configuration. */
import { runService } from './composition/service.js';
import { readConfig } from './config/config.js';
import { createScrubber } from './observability/log.js';
import { runWorker } from './worker/run-worker.js';

const scrubber = createScrubber();
const config = readConfig(process.env, scrubber.learn);

await runService({ name: 'worker', process, config, scrubber }, (world) =>
  runWorker(config.worker(), config.temporal(), world),
);
// The SDK's native part may keep a failed worker's process for ever. Everything is written.
process.exit();
