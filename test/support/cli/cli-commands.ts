import { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { createProgram, runCommandLine } from '../../../src/cli/program/program.js';
import { createTerminal, type Terminal } from '../../../src/cli/terminal/terminal.js';
import { readConfig } from '../../../src/config/config.js';
import type { Env } from '../../../src/config/environment.js';
import { createScrubber } from '../../../src/observability/log.js';

export interface RecordedOptions {
  /** Of a terminal so wide; a pipe unless given. */
  readonly columns?: number;
  readonly env?: Env;
  /** What stdin has. */
  readonly input?: string;
}

/** A terminal that nobody sits at, and what was written to it. */
function recorded({ columns, env = {}, input = '' }: RecordedOptions = {}): {
  readonly terminal: Terminal;
  readonly written: { stdout: string; stderr: string };
} {
  const written = { stdout: '', stderr: '' };
  const like = columns === undefined ? {} : { isTTY: true, columns, hasColors: () => false };
  const sink = (name: keyof typeof written): NodeJS.WriteStream => {
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done();
      },
    });
    // What a terminal adds to a stream is read only where it says that it is one.
    return Object.assign(stream, like) as NodeJS.WriteStream;
  };
  const [stdout, stderr] = [sink('stdout'), sink('stderr')];
  const streams = { stdin: Readable.from([input]), stdout, stderr };
  const scrubber = createScrubber();
  const config = readConfig(env, scrubber.learn);
  return { terminal: createTerminal({ ...streams, config, scrubber, now: Date.now }), written };
}

/** A command, and the words that name it. */
export interface NamedCommand {
  readonly words: readonly string[];
  readonly command: Command;
}

/** Every command there is, the program itself and groups of commands included. */
export function allCommands(): readonly NamedCommand[] {
  const below = (command: Command, words: readonly string[]): readonly NamedCommand[] => [
    { words, command },
    ...command.commands.flatMap((each) => below(each, [...words, each.name()])),
  ];
  return below(
    createProgram(recorded().terminal, () => undefined),
    [],
  );
}

/** What the command line prints for these words, in this process. */
export async function printed(
  argv: readonly string[],
  options?: RecordedOptions,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const { terminal, written } = recorded(options);
  const code = await runCommandLine(argv, terminal);
  return { code, ...written };
}
