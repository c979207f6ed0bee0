import type { Directory, Source } from '../../ports/index.js';
import { failure } from '../failures.js';

/** Names a source: an organisation, and one of its sources. */
export interface SourcePlace {
  readonly org: string;
  readonly source: string;
}

/** The source of that name. Fails with `Unauthorized` where this worker has none. */
export function sourceAt(directory: Directory, { org, source: name }: SourcePlace): Source {
  const source = directory.source(org, name);
  if (source) return source;
  const message = `This worker has no source "${name}" for the organisation ${org}; configure it.`;
  throw failure('Unauthorized', message, { operation: 'token', effect: 'none' });
}
