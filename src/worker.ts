/** The worker: wiring only. SIGTERM and Ctrl-C drain it. Exit codes: 0 drained, 1 something it needs is away, 2 configuration. */
import { readWorkerConfig } from './config/config.js';
import { readTemporal } from './config/temporal.js';
import { exitCodeOf, sentenceOf } from './config/failure-sentence.js';
import { createLogger, createScrubber } from './observability/log.js';
import { runWorker } from './worker/run-worker.js';

const scrubber = createScrubber();
// A parent that keeps this worker has gone: drain, or an orphan would go on with yesterday's configuration.
if (process.connected) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

try {
  const config = readWorkerConfig(process.env);
  const log = createLogger({
    level: config.logLevel,
    scrub: scrubber.scrub,
    write: (line) => process.stdout.write(line),
  });
  await runWorker(config, readTemporal(process.env), {
    log,
    scrubber,
    onReady: () => process.send?.({ type: 'ready' }),
  });
} catch (error) {
  process.stderr.write(`journey-metrics worker: ${scrubber.scrub(sentenceOf(error))}\n`);
  process.exitCode = exitCodeOf(error);
}

// The channel to the parent keeps the process alive.
if (process.connected) {
  process.removeAllListeners('disconnect');
  process.disconnect();
}
