import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EvidenceError, Line } from './line.js';

/** A folder of evidence. Files are named relative to it, so that findings read the same wherever it lies. */
export interface Folder {
  /** The lines of an NDJSON file, in order. */
  lines(file: string): readonly Line[];
  /** The bytes of a file; undefined where there is none. */
  bytes(file: string): Buffer | undefined;
}

export function openFolder(path: string): Folder {
  const bytes: Folder['bytes'] = (file) => {
    const full = join(path, file);
    return existsSync(full) ? readFileSync(full) : undefined;
  };
  return {
    bytes,
    lines(file) {
      const text = bytes(file)?.toString();
      if (text === undefined) throw new EvidenceError(`${file} is missing`);
      if (text !== '' && !text.endsWith('\n')) throw new EvidenceError(`${file}: its last line is torn`);
      return text
        .split('\n')
        .slice(0, -1)
        .map((line, index) => Line.of(`${file}:${index + 1}`, parsed(`${file}:${index + 1}`, line)));
    },
  };
}

/** @throws EvidenceError for what is no JSON */
export function parsed(place: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EvidenceError(`${place}: not JSON`);
  }
}
