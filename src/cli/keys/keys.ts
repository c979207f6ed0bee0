import { apiKeyText, newApiKey, secretHash } from '../../keys/api-key.js';
import { keyLineText, problemsOfKey } from '../../keys/key-lines.js';
import { addKeyLine } from './add-key-line.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { UsageError } from '../program/errors.js';

interface KeyRequest {
  readonly id: string;
  readonly scopes: string;
  readonly orgs: string;
  readonly file?: string;
  readonly json?: boolean;
}

/** `journey-metrics keys create`: the key is printed once and kept nowhere. */
export async function createKey(terminal: Terminal, { id, scopes, orgs, file, json }: KeyRequest): Promise<ExitCode> {
  const apiKey = newApiKey(id);
  const fields = { id, hash: secretHash(apiKey.secret).toString('hex'), scopes, orgs };
  const problems = problemsOfKey(fields);
  if (problems.length > 0) throw new UsageError(problems.join('; '));
  const [key, line] = [apiKeyText(apiKey), keyLineText(fields)];
  // Before the key is shown: one that was shown and is not in the file would be of no use.
  if (file !== undefined) await addKeyLine(file, line);
  if (json) {
    terminal.printJson({ id, key, line, file: file ?? null });
    return EXIT.done;
  }
  terminal.print(key);
  if (file === undefined) {
    terminal.print(line);
    terminal.note('the key is shown only once; add the second line to the file GATEWAY_KEYS_FILE');
  } else {
    terminal.note(`the key is shown only once; its line is in ${file}`);
  }
  return EXIT.done;
}
