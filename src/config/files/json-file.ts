import type { ZodError } from 'zod';
import { ConfigError } from '../errors.js';

/** The value of a JSON file. What is wrong is said with its line, and without what stands there. */
export function parseJsonFile(variable: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(variable, `is not JSON in line ${brokenLine(text)}: correct the file`);
  }
}

/** What a schema has against a file, with the line where that begins. */
export function schemaProblem(variable: string, text: string, error: ZodError): ConfigError {
  const [issue] = error.issues;
  const path = issue?.path.map(String) ?? [];
  const reason = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message;
  return new ConfigError(
    variable,
    `is not valid in line ${lineOf(text, path)}: ${path.join('.')}: ${reason ?? 'unreadable'}`,
  );
}

/** The first line that no text could follow: what is before it is JSON so far. */
function brokenLine(text: string): number {
  const lines = text.split('\n');
  for (let count = 1; count <= lines.length; count += 1) {
    if (!isBeginning(lines.slice(0, count).join('\n'))) return count;
  }
  return lines.length;
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (message.startsWith('Unexpected end')) return true;
    const position = /at position (\d+)/.exec(message)?.[1];
    return position !== undefined && Number(position) >= text.trimEnd().length;
  }
}

/** Where the last key of a path stands, as far as the keys are found one after another. */
function lineOf(text: string, path: readonly string[]): number {
  let at = 0;
  for (const key of path) {
    const found = text.indexOf(JSON.stringify(key), at);
    if (found >= 0) at = found;
  }
  return text.slice(0, at).split('\n').length;
}
