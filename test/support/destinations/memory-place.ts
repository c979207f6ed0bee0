import { createHash } from 'node:crypto';
import type { ObjectPlace } from '../../../src/ports/index.js';

export interface MemoryPlace {
  readonly place: ObjectPlace;
  /** What readers see, by name. */
  readonly objects: Map<string, Buffer>;
  /** Names of operations, in order. */
  readonly log: string[];
  /** Sets when what is there was written, for what looks at ages. */
  readonly age: (ms: number) => void;
}

/** A bucket in memory. @param before called before every change, with its name: what it throws is thrown */
export function memoryPlace(before: (change: string) => void | Promise<void> = () => undefined): MemoryPlace {
  const objects = new Map<string, Buffer>();
  const written = new Map<string, number>();
  const log: string[] = [];
  let now = 0;
  const change = async (what: string): Promise<void> => {
    await before(what);
    log.push(what);
  };
  const place: ObjectPlace = {
    name: 'memory:',
    async write(name, chunks) {
      const pieces: Uint8Array[] = [];
      for await (const chunk of chunks) pieces.push(chunk);
      await change(`write ${name}`);
      const body = Buffer.concat(pieces);
      objects.set(name, body);
      written.set(name, now);
      return { bytes: body.byteLength, sha256: createHash('sha256').update(body).digest('hex') };
    },
    read: (name) => Promise.resolve(objects.get(name)),
    folders: (folder) => {
      const below = [...objects.keys()].filter((name) => name.startsWith(`${folder}/`));
      const names = below.map((name) => name.slice(folder.length + 1).split('/'));
      return Promise.resolve([...new Set(names.filter(({ length }) => length > 1).map(([first = '']) => first))]);
    },
    objects: (folder) => {
      const names = [...objects.keys()].filter((name) => name.startsWith(`${folder}/`));
      return Promise.resolve(names.map((name) => ({ name, writtenAt: written.get(name) ?? 0 })));
    },
    async remove(names) {
      for (const name of names) {
        await change(`remove ${name}`);
        objects.delete(name);
      }
    },
    close: () => undefined,
  };
  return {
    place,
    objects,
    log,
    age(ms) {
      now += ms;
    },
  };
}
