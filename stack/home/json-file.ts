import { readFile, rename, writeFile } from 'node:fs/promises';
import type { z } from 'zod';

/** Replaces a file whole, readable by its owner only: a reader sees the old text or the new one. */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}

/** Null when there is no such file, or none of that shape. */
export async function readJsonFile<T>(path: string, shape: z.ZodType<T>): Promise<T | null> {
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
