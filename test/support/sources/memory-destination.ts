import type { Destination, PartAnswer } from '../../../src/ports/index.js';
import { aDestination } from './directory.js';

export interface MemoryDestination {
  readonly destination: Destination;
  /** Ids of the parts, as they were handed over. */
  readonly delivered: string[];
  /** Lines of the revision that readers see, by delivery. */
  readonly visible: Map<string, readonly string[]>;
}

const YES: PartAnswer = { delivered: true, reason: 'written', permanent: false };

/** Keeps lines of text, two rows a part, and shows a revision once it is committed. @param refusals what commits say first */
export function memoryDestination(refusals: PartAnswer[] = []): MemoryDestination {
  const parts = new Map<string, { readonly of: string; readonly part: number; readonly text: string }>();
  const delivered: string[] = [];
  const visible = new Map<string, readonly string[]>();
  const destination = aDestination({
    kind: 'memory',
    limits: { maxRows: 2, maxBytes: 65_536 },
    attempts: { waitsMs: [0, 100, 200], jitterFromMs: 1_000, jitter: 0 },
    signs: false,
    encode: (_header, { json }) => {
      const rows = JSON.parse(Buffer.concat(json).toString()) as object[];
      return Promise.resolve(Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')));
    },
    deliver({ partId, part, body, of }) {
      delivered.push(partId);
      parts.set(partId, { of: `${of.deliveryId} ${of.revision}`, part, text: Buffer.from(body).toString() });
      return Promise.resolve(YES);
    },
    commit({ deliveryId, revision, parts: count }) {
      const refusal = refusals.shift();
      if (refusal) return Promise.resolve(refusal);
      const own = [...parts.values()].filter(({ of }) => of === `${deliveryId} ${revision}`);
      if (own.length !== count) throw new Error(`a commit of ${own.length} of ${count} parts`);
      const texts = own.sort((one, other) => one.part - other.part).map(({ text }) => text);
      visible.set(deliveryId, texts.join('\n').split('\n'));
      return Promise.resolve(YES);
    },
  });
  return { destination, delivered, visible };
}
