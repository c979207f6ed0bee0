import type { RequestedKeys } from '../domain/row-verification.js';
import { MISSING, type PageColumns } from './columns.js';
import type { PageKeys } from './rows-scan.js';

/** The columns that a run needs of the rows of its pages. */
export function pageKeysOf({ dateKey, metrics, dimensions }: RequestedKeys): PageKeys {
  const others = dimensions.filter((key) => key !== dateKey);
  return { metrics, texts: [dateKey], others };
}

/** Whether there are rows and none of them has any of the keys: then this is not what was asked for (`MalformedResponse`). */
export function lacksEveryKey({ rows, metrics, texts, others }: PageColumns): boolean {
  const cells = [...metrics.values(), ...texts.values(), ...others.values()];
  return rows > 0 && cells.every(({ kinds }) => kinds.every((kind) => kind === MISSING));
}
