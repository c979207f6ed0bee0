import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { SEARCH_ATTRIBUTES } from '../../src/contract/values/names.js';
import { StackError } from '../errors.js';

const READY_DEADLINE_MS = 60_000;
const POLL_MS = 50;
/** Closed runs are kept for as long as the README promises. */
const RETENTION = '30 days';

/** `temporal.api.enums.v1.IndexedValueType`, which the client package does not export. */
const INDEXED_VALUE_TYPE = { KEYWORD: 2, DATETIME: 6 } as const;

/**
 * Waits until an embedded server serves a namespace, registers the product's search attributes there and keeps closed
 * runs for 30 days. Changes nothing that is right already.
 * @throws StackError `server-failed`
 */
export async function prepareNamespace(address: string, namespace: string, signal?: AbortSignal): Promise<void> {
  const expired = AbortSignal.timeout(READY_DEADLINE_MS);
  const stop = signal === undefined ? expired : AbortSignal.any([expired, signal]);
  const connection = Connection.lazy({ address, tls: false, channelArgs: { 'grpc.enable_http_proxy': 0 } });
  try {
    await connection.withAbortSignal(stop, async () => {
      await until(() => connection.workflowService.describeNamespace({ namespace }), stop);
      await registerSearchAttributes(connection, namespace, stop);
      await connection.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
      });
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const message = `Temporal listens on ${address}, but the namespace ${namespace} could not be made ready; see temporal.log in the home.`;
    throw new StackError('server-failed', message, { cause });
  } finally {
    await connection.close();
  }
}

async function registerSearchAttributes(connection: Connection, namespace: string, stop: AbortSignal): Promise<void> {
  const missing = async (): Promise<[string, keyof typeof INDEXED_VALUE_TYPE][]> => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => !(name in customAttributes));
  };
  const wanted = await missing();
  if (wanted.length === 0) return;
  const searchAttributes = Object.fromEntries(wanted.map(([name, type]) => [name, INDEXED_VALUE_TYPE[type]]));
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  await until(async () => {
    if ((await missing()).length > 0) throw new Error('The search attributes are not registered yet.');
  }, stop);
}

/** Asks again until it is answered: the server listens a moment before it serves. */
async function until(attempt: () => Promise<unknown>, stop: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (stop.aborted) throw error;
    }
    await sleep(POLL_MS, undefined, { signal: stop });
  }
}
