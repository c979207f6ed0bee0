import { z } from 'zod';
import type { DaySheet, DaySheets } from '../../ports/index.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { createDatasetStore } from './dataset-store.js';
import { MANIFEST_VERSION, noteBytes, parseNote } from './manifest.js';

const FOLDER = 'sheet';
const NAME = 'settled';

const count = z.int().min(0);
const page = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: count, rows: count });
const sheetNote = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  pages: z.array(page),
  hasLong: z.boolean(),
});

/** Day sheets on any {@link BlobStore}, each in a scope of its own, so that retention lets each go by itself. */
export function createDaySheets(blobs: BlobStore): DaySheets {
  const store = createDatasetStore(blobs);
  return {
    async find(key, signal) {
      const notes = await blobs.notes(scopeOf(key), FOLDER, signal);
      const note = notes.find(({ name }) => name === NAME);
      return note && sheetIn(note.value);
    },
    page: (key, { sha256, bytes }, signal) => store.get({ scope: scopeOf(key), sha256, bytes }, signal),
    async put(key, rows, body, signal) {
      const { sha256, bytes } = await store.put(scopeOf(key), body, signal);
      return { sha256, bytes, rows };
    },
    async settle(key, sheet, signal) {
      await blobs.claim(scopeOf(key), FOLDER, { name: NAME, value: noteBytes(sheet) }, signal);
    },
  };
}

const scopeOf = (key: string): string => `legs/${key}`;

function sheetIn(value: Uint8Array): DaySheet {
  const { version: _version, ...sheet } = parseNote(value, sheetNote, 'The list of a day of contacts');
  return sheet;
}
