import type { Colours, Config } from '../../config/config.js';
import { PROGRAM } from '../../config/places.js';
import type { Scrubber } from '../../observability/log.js';
import { coloured, plain, type Paint } from './paint.js';

/** What a command is given. Results go to stdout, everything else to stderr. */
export interface Terminal {
  /** What the environment says; each part is read when a command needs it. */
  readonly config: Config;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly scrubber: Scrubber;
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Of stdout; undefined when it is no terminal: then nothing is cut. */
  readonly columns: number | undefined;
  /** For stdout. */
  readonly paint: Paint;
  /** A text with the commands in it as this person has to type them. */
  typed(text: string): string;
  /** A text on stdout, and a line end. */
  print(text: string): void;
  /** One JSON document on stdout: on one line, indented for a person at a terminal. */
  printJson(value: unknown): void;
  /** A text for people on stderr, scrubbed, and a line end. */
  note(text: string): void;
  /** Waits until everything is written. Rejects when stdout could not take it; a reader that has gone away is fine. */
  flush(): Promise<void>;
}

/** What a table goes by. */
export type Screen = Pick<Terminal, 'now' | 'columns'>;

interface Streams extends Pick<Terminal, 'config' | 'now' | 'scrubber' | 'stdin' | 'stdout' | 'stderr'> {
  /** How this program is called; `journey-metrics` unless named. */
  readonly program?: string;
}

/** A command of ours in a text. The name alone is also a task queue's. */
const COMMANDS =
  'aggregate|alerts|audit|backfill|catalogue|datasets|deliveries|destinations|doctor|keys|orgs|records|report|runs|' +
  'schedules|simulator|sources|status|windows';
const COMMAND = new RegExp(`(?<![\\w./-])${PROGRAM}(?= (?:${COMMANDS})\\b)`, 'g');

export function createTerminal(options: Streams): Terminal {
  const { program = PROGRAM, ...streams } = options;
  const { stdout, stderr, scrubber } = streams;
  const typed = (text: string): string => text.replaceAll(COMMAND, program);
  let broken: NodeJS.ErrnoException | undefined;
  // Without these listeners `… | head -1` would end in a stack trace.
  stdout.on('error', (error: NodeJS.ErrnoException) => (broken ??= error));
  stderr.on('error', () => undefined);
  return {
    ...streams,
    typed,
    columns: columnsOf(stdout),
    paint: takesColours(stdout, options.config.colours()) ? coloured : plain,
    print: (text) => void stdout.write(`${typed(text)}\n`),
    printJson: (value) => void stdout.write(`${JSON.stringify(value, null, stdout.isTTY ? 2 : 0)}\n`),
    note: (text) => void stderr.write(`${typed(scrubber.scrub(text))}\n`),
    async flush() {
      await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
      if (broken && broken.code !== 'EPIPE') {
        throw new Error(`the output cannot be written (${broken.code ?? broken.message})`);
      }
    },
  };
}

/** How wide a terminal is; undefined for what is not one, and for one that does not say: it calls itself 0 wide. */
export function columnsOf(stream: NodeJS.WriteStream): number | undefined {
  return stream.isTTY && stream.columns > 0 ? stream.columns : undefined;
}

/** Whether it is a terminal that has colours, unless somebody has decided for it. */
export function takesColours(stream: NodeJS.WriteStream, colours: Colours): boolean {
  return colours === 'auto' ? stream.isTTY && stream.hasColors() : colours === 'always';
}
