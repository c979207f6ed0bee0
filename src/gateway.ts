/**
 * The gateway. SIGTERM and Ctrl-C let it answer what is under way, and stop it. `--keyless` is for `npm run dev`: every
 * program of this machine may come in. Exit codes: 0 stopped, 1 something it needs is away, 2 configuration.
 */
import { openGateway } from './composition/gateway.js';
import { runService } from './composition/service.js';
import { readConfig } from './config/config.js';
import { packageVersion } from './config/places.js';
import { createScrubber } from './observability/log.js';

const scrubber = createScrubber();
const config = readConfig(process.env, scrubber.learn);

await runService({ name: 'gateway', process, config, scrubber }, async ({ log, onReady, untilTold }) => {
  const told = untilTold();
  const parts = config.gateway({ keyless: process.argv.includes('--keyless') });
  const world = { log, runUrl: config.runUrl(), now: Date.now, version: packageVersion() };
  const gateway = await openGateway(parts, world);
  log.info({ url: await gateway.listen() }, 'gateway ready');
  onReady();
  await told;
  await gateway.stop();
  log.info('gateway stopped');
});
// A call to Temporal that was given up must not keep the process. Everything is written.
process.exit();
