/**
 * `npm run chaos`: runs under random SIGKILLs of worker, Temporal and Postgres, with a source and a receiver that misbehave.
 * Exit codes: 0 every promise held, 1 one was broken, 2 usage, 3 too little was tested, 130 interrupted.
 */
import { startLiveLine } from '../../src/cli/terminal/live-line.js';
import { readConfig } from '../../src/config/config.js';
import { sentenceOf } from '../../src/config/errors.js';
import { untilInterrupted } from '../../stack/product/until-interrupted.js';
import { runChaos, type ChaosReport } from './harness.js';
import { ChaosUsageError, readOptions, USAGE } from './options.js';
import { renderReport } from './report.js';

const EXIT: Readonly<Record<ChaosReport['verdict'], number>> = { held: 0, broken: 1, 'nothing tested': 3 };
const INTERRUPTED = 130;
/** Between two lines of progress where nobody watches. */
const SPARSELY_MS = 30_000;

const interrupted = untilInterrupted();
try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof ChaosUsageError;
  if (!interrupted.signal.aborted) {
    process.stderr.write(`journey-metrics chaos: ${sentenceOf(error)}\n${usage ? `usage: ${USAGE}\n` : ''}`);
  }
  process.exitCode = interrupted.signal.aborted ? INTERRUPTED : usage ? 2 : 1;
}
// Calls to a Temporal that is gone may still be under way.
process.exit();

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const progress = startProgress(process.stderr);
  const stage = { show: progress.show, signal: interrupted.signal };
  progress.show(`seed ${options.seed}`);
  const report = await runChaos(options, stage).finally(progress.stop);
  const text = options.json ? `${JSON.stringify(report)}\n` : renderReport(report);
  await new Promise((resolve) => process.stdout.write(text, resolve));
  return EXIT[report.verdict];
}

interface Progress {
  readonly show: (text: string) => void;
  readonly stop: () => void;
}

/** One line that is written over on a terminal; elsewhere a line now and then. */
function startProgress(stream: NodeJS.WriteStream): Progress {
  if (stream.isTTY) return startLiveLine(stream, readConfig(process.env).colours());
  let last = -Infinity;
  return {
    show: (text) => {
      if (performance.now() - last < SPARSELY_MS) return;
      last = performance.now();
      stream.write(`${text}\n`);
    },
    stop: () => undefined,
  };
}
