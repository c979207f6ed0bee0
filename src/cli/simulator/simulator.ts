import type { RunningSimulator } from '../../../simulator/main.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { UsageError } from '../program/errors.js';

export interface SimulatorCommandOptions {
  readonly host?: string;
  readonly port?: number;
  readonly webhookPort?: number;
  readonly rows?: number;
  readonly seed?: string;
  /** A date or an instant. */
  readonly settledBefore?: string;
  /** Milliseconds until a query is ready. */
  readonly readyAfter?: number;
  readonly fault?: readonly string[];
  readonly journal?: string;
  readonly json?: boolean;
}

/** `journey-metrics simulator`: a CXone to try things against, and a webhook receiver, until Ctrl-C. */
export async function simulate(terminal: Terminal, options: SimulatorCommandOptions): Promise<ExitCode> {
  const running = await start(options);
  const stopped = interrupted();
  const { cxone, receiver, environment } = running;
  if (options.json) {
    const { webhookUrl, url } = receiver;
    terminal.printJson({ ready: true, cxone: { url: cxone.url }, receiver: { url, webhookUrl }, environment });
  } else {
    terminal.print(renderReady(running));
  }
  await stopped;
  await running.stop();
  return EXIT.done;
}

async function start(options: SimulatorCommandOptions): Promise<RunningSimulator> {
  const { host, port, webhookPort, readyAfter, fault, journal } = options;
  // Loaded here only: none of the other commands has any use for a simulator.
  const { runSimulator, REALISTIC_DATA } = await import('../../../simulator/main.js');
  const { InvalidSimulatorOption } = await import('../../../simulator/invalid-option.js');
  const { rows, settledBefore, seed } = options;
  const data = {
    ...REALISTIC_DATA,
    ...(rows !== undefined && { rows }),
    ...(seed !== undefined && { seed }),
    ...(settledBefore !== undefined && { settledBefore }),
  };
  try {
    return await runSimulator({
      cxone: { host, port, data, ...(readyAfter !== undefined && { run: { ms: readyAfter } }) },
      receiver: { host, port: webhookPort },
      ...(fault && { faults: fault }),
      ...(journal !== undefined && { journalFolder: journal }),
    });
  } catch (error) {
    throw error instanceof InvalidSimulatorOption ? new UsageError(error.message) : error;
  }
}

/** The first line is for scripts that wait for it, the rest for a shell. */
function renderReady({ cxone, receiver, environment }: RunningSimulator): string {
  const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
  return [
    `ready: CXone simulator at ${cxone.url}, webhook receiver at ${receiver.url}`,
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
  ].join('\n');
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
}
