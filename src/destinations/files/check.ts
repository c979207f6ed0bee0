import { AdapterError } from '../../contract/adapter-error.js';
import type { CheckStep, ObjectPlace } from '../../ports/index.js';
import { oneChunk } from './documents.js';

const PROBE = '_probe/destination-test.txt';
const TEXT = 'Written by a test of the destination; safe to delete.\n';

/** Whether files could be written, read again and deleted. */
export async function* checkFiles(place: ObjectPlace, write: boolean, signal: AbortSignal): AsyncGenerator<CheckStep> {
  yield { step: 'configuration', status: 'ok', found: place.name };
  const steps: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ['reach', 'it answers', () => place.read(PROBE, signal)],
    ['authenticate', 'folders can be listed', () => place.folders('_probe', signal)],
    ...(write ? writing(place, signal) : []),
  ];
  for (const [step, found, work] of steps) {
    try {
      await work();
      yield { step, status: 'ok', found };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AdapterError)) throw error;
      const remedy = 'correct the URL of the destination, or its rights';
      yield { step, status: 'fail', found: error.message, remedy };
      return;
    }
  }
}

function writing(place: ObjectPlace, signal: AbortSignal) {
  const same = async (): Promise<void> => {
    const bytes = await place.read(PROBE, signal);
    if (Buffer.from(bytes ?? []).toString() !== TEXT) throw new Error('the place does not give back what was written');
  };
  return [
    ['write', 'a file was written', () => place.write(PROBE, oneChunk(Buffer.from(TEXT)), signal)],
    ['read back', 'it is the same', same],
    ['clean up', 'it was deleted', () => place.remove([PROBE], signal)],
  ] as const;
}
