/** `npm run dev`: the embedded stack, a worker and a gateway, kept up until Ctrl-C. Exit codes: 0 stopped, 1 failed, 2 configuration. */
import { readConfig } from '../src/config/config.js';
import type { Env } from '../src/config/environment.js';
import { exitCodeOf, sentenceOf } from '../src/config/errors.js';
import { createScrubber } from '../src/observability/log.js';
import { takesColours } from '../src/cli/terminal/terminal.js';
import { logForPeople } from './product/log-for-people.js';
import { startProduct } from './product/product.js';
import { untilInterrupted } from './product/until-interrupted.js';

/** One of them is enough to say: my own organisation, not the simulator. */
const OWN_SOURCE = [
  'CXONE_ORG_ID',
  'CXONE_CLIENT_ID',
  'CXONE_CLIENT_SECRET',
  'CXONE_BASE_URL',
  'CXONE_CA_FILE',
] as const;

const scrubber = createScrubber();
const say = (text: string): void => void process.stderr.write(scrubber.scrub(text));

try {
  await dev(process.env);
} catch (error) {
  say(`journey-metrics dev: ${sentenceOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}

async function dev(env: Env): Promise<void> {
  const config = readConfig(env, scrubber.learn);
  const real = OWN_SOURCE.some((name) => config.isSet(name));
  if (real) checkReal(env);
  const color = takesColours(process.stderr, config.colours());
  const interrupted = untilInterrupted();
  const product = await startProduct({
    home: config.home(),
    env,
    gateway: true,
    ...(!real && { simulator: {}, contacts: 'beside' }),
    onStatus: (text) => {
      say(`${text}\n`);
    },
    onLog: (line) => {
      say(process.stderr.isTTY ? logForPeople(line, { color }) : line);
    },
    onError: say,
    signal: interrupted.signal,
  });
  try {
    const { stack, gatewayUrl = '' } = product;
    const { temporal } = stack;
    const source = real ? `CXone of ${product.env['CXONE_ORG_ID'] ?? ''}` : 'the simulator';
    const server = temporal ? `, Temporal at ${temporal.address}` : '';
    const ui = temporal?.uiUrl ? `, Temporal UI at ${temporal.uiUrl}` : '';
    const orgsFile = product.env['CXONE_ORGS_FILE'];
    if (!real && orgsFile !== undefined && !config.isSet('CXONE_ORGS_FILE')) {
      say(`journeys made of simulated contacts: --org globex; for commands: export CXONE_ORGS_FILE='${orgsFile}'\n`);
    }
    process.stdout.write(`ready: runs can start (${source}${server}${ui}, gateway at ${gatewayUrl}); Ctrl-C stops\n`);
    await Promise.race([interrupted.promise, product.failed]);
  } finally {
    say('stopping\n');
    await product.stop();
  }
}

/** To name part of a source is to mean all of it: better to stop than to fall back to the simulator. */
function checkReal(env: Env): void {
  const own = readConfig(env).isSet('DATABASE_URL') ? env : { ...env, DATABASE_URL: 'postgres://embedded' };
  readConfig(own).worker();
}
