import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { ConfigError } from '../../config/errors.js';
import { SEARCH_ATTRIBUTES } from '../../contract/values/names.js';
import { grpcCodeOf } from './temporal-connection.js';

type AttributeName = keyof typeof SEARCH_ATTRIBUTES;

/** What the namespace does not know, and whether its operator's service is closed to us, as on Temporal Cloud. */
export interface SearchAttributesFound {
  readonly missing: readonly AttributeName[];
  readonly operatorDenied: boolean;
}

const CLI_TYPES = { KEYWORD: 'Keyword', DATETIME: 'Datetime' } as const;
/** A value that each type takes, and that no run has. */
const PROBES = { KEYWORD: `= 'journey-metrics-probe'`, DATETIME: `< '1970-01-02T00:00:00Z'` } as const;
/** gRPC: permission denied, unimplemented, unauthenticated. */
const CLOSED = [7, 12, 16];
const INVALID_ARGUMENT = 3;

/** The command that registers what is missing. */
export function registerCommand(missing: readonly AttributeName[], namespace: string, onCloud = false): string {
  if (onCloud) {
    const flags = missing.map((name) => `--search-attribute "${name}=${CLI_TYPES[SEARCH_ATTRIBUTES[name]]}"`).join(' ');
    return `tcld namespace search-attributes add --namespace ${namespace} ${flags}`;
  }
  const flags = missing.map((name) => `--name ${name} --type ${CLI_TYPES[SEARCH_ATTRIBUTES[name]]}`).join(' ');
  return `temporal operator search-attribute create --namespace ${namespace} ${flags}`;
}

/** Whether the product's search attributes are registered: as the operator's service says, else by a query for each. */
export async function findSearchAttributes(connection: Connection, namespace: string): Promise<SearchAttributesFound> {
  const names = Object.keys(SEARCH_ATTRIBUTES) as AttributeName[];
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return { missing: names.filter((name) => !Object.hasOwn(customAttributes, name)), operatorDenied: false };
  } catch (error) {
    if (!isGrpcServiceError(error) || !CLOSED.includes(error.code)) throw error;
  }
  const found = await Promise.all(names.map((name) => isKnown(connection, namespace, name)));
  return { missing: names.filter((_, index) => found[index] === false), operatorDenied: true };
}

/** A query that names an attribute is refused where it is not registered. */
async function isKnown({ workflowService }: Connection, namespace: string, name: AttributeName): Promise<boolean> {
  try {
    const query = `${name} ${PROBES[SEARCH_ATTRIBUTES[name]]}`;
    await workflowService.countWorkflowExecutions({ namespace, query });
    return true;
  } catch (error) {
    if (grpcCodeOf(error) === INVALID_ARGUMENT) return false;
    throw error;
  }
}

/** An unregistered one would fail every workflow task for ever: better not to start. */
export async function requireSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { missing, operatorDenied } = await findSearchAttributes(connection, namespace);
  if (missing.length === 0) return;
  const command = registerCommand(missing, namespace, operatorDenied);
  const sentence = `lacks the search attributes ${missing.join(', ')}: register them with \`${command}\``;
  throw new ConfigError(`the namespace "${namespace}"`, sentence);
}
