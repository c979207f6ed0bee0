import { AdapterError } from '../../contract/adapter-error.js';

/** Something that a page shows, or one sentence that says why it cannot. */
export type SectionData<T> = { readonly found: T } | { readonly why: string };

/** What is gone, or does not answer, costs its section and not the page. Everything else rejects: it is a mistake of ours. */
export async function sectionData<T>(work: () => Promise<T>): Promise<SectionData<T>> {
  try {
    return { found: await work() };
  } catch (error) {
    if (error instanceof Unavailable) return { why: error.message };
    if (!(error instanceof AdapterError)) throw error;
    if (error.failureType === 'DatasetExpired')
      return { why: 'The rows were deleted: they are kept for a limited time.' };
    return { why: error.message };
  }
}

/** Why there is nothing to show, in one sentence. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** Makes something of what was found. */
export function mapSectionData<T, Made>(of: SectionData<T>, make: (found: T) => Made): SectionData<Made> {
  return 'found' in of ? { found: make(of.found) } : of;
}
