import type { Connection } from '@temporalio/client';
import { ConfigError } from '../config/errors.js';
import { SEARCH_ATTRIBUTES } from '../contract/names.js';

const CLI_TYPES = { KEYWORD: 'Keyword', DATETIME: 'Datetime' } as const;

/** The command that registers what is missing. */
export function registerCommand(missing: readonly (keyof typeof SEARCH_ATTRIBUTES)[], namespace: string): string {
  const flags = missing.map((name) => `--name ${name} --type ${CLI_TYPES[SEARCH_ATTRIBUTES[name]]}`).join(' ');
  return `temporal operator search-attribute create --namespace ${namespace} ${flags}`;
}

/** The product's search attributes that the namespace does not know. */
export async function missingSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<readonly (keyof typeof SEARCH_ATTRIBUTES)[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const names = Object.keys(SEARCH_ATTRIBUTES) as (keyof typeof SEARCH_ATTRIBUTES)[];
  return names.filter((name) => !Object.hasOwn(customAttributes, name));
}

/** An unregistered one would fail every workflow task for ever: better not to start. */
export async function requireSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return;
  const sentence = `lacks the search attributes ${missing.join(', ')}: register them with \`${registerCommand(missing, namespace)}\``;
  throw new ConfigError(`the namespace "${namespace}"`, sentence);
}
