/** `npm run dev`: the embedded stack, a worker and a gateway, kept up until Ctrl-C. Exit codes: 0 stopped, 1 failed, 2 configuration. */
import { homeOf, read, readWorkerConfig, type Env } from '../src/config/config.js';
import { exitCodeOf, sentenceOf } from '../src/config/failure-sentence.js';
import { createScrubber } from '../src/observability/log.js';
import { startProduct } from './product/product.js';
import { untilInterrupted } from './product/until-interrupted.js';

/** Those that say that somebody means his own organisation. */
const SOURCE_VARIABLES = ['CXONE_ORG_ID', 'CXONE_CLIENT_ID', 'CXONE_CLIENT_SECRET', 'CXONE_BASE_URL', 'CXONE_CA_FILE'];

const { scrub } = createScrubber();
const say = (text: string): void => void process.stderr.write(scrub(text));

try {
  await dev(process.env);
} catch (error) {
  say(`journey-metrics dev: ${sentenceOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}

async function dev(env: Env): Promise<void> {
  const real = SOURCE_VARIABLES.some((name) => read(env, name) !== undefined);
  if (real) checkReal(env);
  const interrupted = untilInterrupted();
  const product = await startProduct({
    home: homeOf(env),
    env,
    gateway: true,
    ...(!real && { simulator: {} }),
    onStatus: (text) => {
      say(`${text}\n`);
    },
    onLog: say,
    onError: say,
    signal: interrupted.signal,
  });
  try {
    const { stack, gatewayUrl = '' } = product;
    const { temporal } = stack;
    const source = real ? `CXone of ${product.env['CXONE_ORG_ID'] ?? ''}` : 'the simulator';
    const server = temporal ? `, Temporal at ${temporal.address}` : '';
    const ui = temporal?.uiUrl ? `, Temporal UI at ${temporal.uiUrl}` : '';
    process.stdout.write(`ready: runs can start (${source}${server}${ui}, gateway at ${gatewayUrl}); Ctrl-C stops\n`);
    await Promise.race([interrupted.promise, product.failed]);
  } finally {
    say('stopping\n');
    await product.stop();
  }
}

/** Somebody who names part of a source means all of it: better to stop than to fall back to the simulator. */
function checkReal(env: Env): void {
  readWorkerConfig({ ...env, DATABASE_URL: read(env, 'DATABASE_URL') ?? 'postgres://embedded' });
}
