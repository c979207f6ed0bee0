import { AdapterError } from '../../contract/adapter-error.js';

/** Something that a page shows, or one sentence that says why it cannot. */
export type Told<T> = { readonly found: T } | { readonly why: string };

/** What is gone, or does not answer, costs its section and not the page. Everything else rejects: it is a mistake of ours. */
export async function told<T>(work: () => Promise<T>): Promise<Told<T>> {
  try {
    return { found: await work() };
  } catch (error) {
    if (error instanceof NotTold) return { why: error.message };
    if (!(error instanceof AdapterError)) throw error;
    if (error.failureType === 'DatasetExpired')
      return { why: 'The rows were deleted: they are kept for a limited time.' };
    return { why: error.message };
  }
}

/** Why there is nothing to show, in one sentence. */
export class NotTold extends Error {
  override readonly name = 'NotTold';
}

/** Makes something of what was found. */
export function mapTold<T, Made>(of: Told<T>, make: (found: T) => Made): Told<Made> {
  return 'found' in of ? { found: make(of.found) } : of;
}
