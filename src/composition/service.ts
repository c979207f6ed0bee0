import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { exitCodeOf, sentenceOf } from '../config/errors.js';
import { createLogger, type Scrubber } from '../observability/log.js';

/** What a process that serves gets from its root. */
export interface Service {
  readonly config: Config;
  readonly log: Logger;
  readonly scrubber: Scrubber;
  /** Tells the parent, where there is one, that it may be used. */
  readonly onReady: () => void;
  /** Resolves at SIGTERM or Ctrl-C, which from then on no longer end the process by themselves. */
  readonly untilTold: () => Promise<void>;
}

interface Root extends Pick<Service, 'config' | 'scrubber'> {
  readonly name: string;
  readonly process: NodeJS.Process;
}

/** Runs worker or gateway: logs to stdout, and says in a sentence on stderr why it failed. */
export async function runService(
  { name, process, config, scrubber }: Root,
  work: (service: Service) => Promise<void>,
): Promise<void> {
  // A parent that keeps this process has gone: stop, or an orphan would go on with yesterday's configuration.
  if (process.connected) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  try {
    const log = createLogger({
      level: config.logLevel(),
      scrub: scrubber.scrub,
      write: (line) => process.stdout.write(line),
    });
    await work({ config, log, scrubber, onReady: () => process.send?.({ type: 'ready' }), untilTold });
  } catch (error) {
    process.stderr.write(`journey-metrics ${name}: ${scrubber.scrub(sentenceOf(error))}\n`);
    process.exitCode = exitCodeOf(error);
  }
  // The channel to the parent would keep the process alive.
  if (process.connected) {
    process.removeAllListeners('disconnect');
    process.disconnect();
  }

  function untilTold(): Promise<void> {
    return new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const)
        process.once(signal, () => {
          resolve();
        });
    });
  }
}
