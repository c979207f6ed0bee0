import { readdir, readFile } from 'node:fs/promises';
import type { HistoryEvent } from './history-chain.js';

const FOLDER = new URL('../../replay/histories/', import.meta.url);

export interface GoldenHistory {
  readonly file: string;
  readonly events: readonly HistoryEvent[];
}

/** Every recorded history. */
export async function goldenHistories(): Promise<readonly GoldenHistory[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));
  const read = async (file: string): Promise<GoldenHistory> => {
    const { events } = JSON.parse(await readFile(new URL(file, FOLDER), 'utf8')) as Omit<GoldenHistory, 'file'>;
    return { file, events };
  };
  return Promise.all(files.map(read));
}
