import type { Terminal } from '../terminal/terminal.js';
import { UsageError } from '../program/errors.js';
import { outputPlace } from './output-place.js';
import { openOutput, ReaderGone } from './output.js';

/**
 * Writes lines to where `--out` says: into a file that is there whole or not at all, or into a pipe, a device or stdout.
 * @throws UsageError when there can be no such file
 */
export async function writeLines(
  file: string,
  lines: AsyncIterable<string>,
  streams: Pick<Terminal, 'stdout' | 'stderr'>,
): Promise<void> {
  const output = await openOutput(file, streams);
  try {
    for await (const line of withLineEnds(lines)) await output.write(Buffer.from(line));
    await output.settle();
    await output.commit();
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
  } finally {
    await output.discard();
  }
}

export async function* withLineEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** Whether the bytes go to stdout. @throws UsageError where `--json` wants it, too */
export async function goesToStdout(out: string, json: boolean | undefined): Promise<boolean> {
  const place = await outputPlace(out);
  const isStdout = place.kind === 'descriptor' && place.fd === 1;
  if (isStdout && json) throw new UsageError(`--json and --out ${out} both write to stdout: leave one of them out`);
  return isStdout;
}
