import type { SentRevisions } from '../../ports/index.js';
import type { BlobStore } from '../blobs/blob-store.js';

const FOLDER = 'revisions';

/** One note a revision: `sent/<delivery id>/notes/revisions/<revision>`. Throws only `DatasetError`. */
export function createSentRevisions(blobs: Pick<BlobStore, 'claim' | 'noteNames'>): SentRevisions {
  return {
    async highest(deliveryId, signal) {
      const names = await blobs.noteNames(scopeOf(deliveryId), FOLDER, signal);
      return Math.max(0, ...names.filter((name) => /^\d{1,10}$/.test(name)).map(Number));
    },
    async note({ deliveryId, revision, parts }, signal) {
      const note = { name: String(revision), value: Buffer.from(parts) };
      const standing = await blobs.claim(scopeOf(deliveryId), FOLDER, note, signal);
      return Buffer.from(standing).equals(note.value);
    },
  };
}

const scopeOf = (deliveryId: string): string => `sent/${deliveryId}`;
