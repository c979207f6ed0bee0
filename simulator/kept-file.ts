import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps a file as evidence, for auditors; where no folder is named, nothing. Synchronously, as the journal is: it is there
 * before anybody is answered.
 */
export function keepFile(folder: string | undefined, name: string, content: string | Uint8Array): void {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), content);
}
