import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of this name, in the order of their names. */
async function filesIn(folder: string, name: RegExp): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((each) => name.test(each))
    .sort()
    .map((each) => join(folder, each));
}

/** The pages of a result: every JSON file of the folder. */
export async function pageFiles(folder: string): Promise<readonly string[]> {
  const files = await filesIn(folder, /[.]json$/);
  if (files.length === 0) throw new Error(`There is no page in ${folder}: write some with "bench -- pages".`);
  return files;
}

export function payloadFile(folder: string, part: number): string {
  return join(folder, `part-${String(part).padStart(6, '0')}.json`);
}

export function payloadFiles(folder: string): Promise<readonly string[]> {
  return filesIn(folder, /^part-\d{6}[.]json$/);
}
