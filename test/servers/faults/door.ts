import type { Operation } from '../../../simulator/faults/fault.js';
import type { ActivityDependencies } from '../../../src/activities/index.js';
import { AdapterError } from '../../../src/contract/adapter-error.js';
import { between } from '../../support/sources/between.js';
import type { CellOptions } from '../../support/sources/fault-cell.js';
import { startFront, type Front } from '../../support/sources/front.js';
import { selfSigned } from '../../support/tls/self-signed.js';
import type { Injection } from './matrix.js';

/** Stands between the product and one of its servers, and is shut when an operation wants to pass. */
export interface Door {
  /** Makes the product go through it. */
  readonly cell: CellOptions;
  /** Shuts it at the first call of each operation, and opens it again after so many failures. */
  watched(dependencies: ActivityDependencies): ActivityDependencies;
  /** Failures of an operation that are this door's own. */
  struck(operation: Operation): number;
  stop(): Promise<void>;
}

const OWN = { refuses: /^(refused|connection refused)$/, 'TLS 1.1': /^(tls$|TLS failed)/ } as const;

/** @param operations those that are to meet it: all at the source, or the receiver's alone */
export function openDoor(
  { door, times }: Extract<Injection, { door: string }>,
  operations: readonly Operation[],
): Door {
  const certificate = selfSigned();
  const secure = door === 'TLS 1.1';
  let front: Front | undefined;
  const calls = new Map<Operation, number>();
  const struck = new Map<Operation, number>();
  const count = (counts: Map<Operation, number>, operation: Operation): number => {
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
    return counts.get(operation) ?? 0;
  };

  const through = async <T>(
    operation: Operation,
    call: () => Promise<T>,
    failureOf: (answer: T) => string = () => '',
  ): Promise<T> => {
    if (!operations.includes(operation)) return call();
    const nth = count(calls, operation);
    if (nth === 1) await (secure ? front?.speak('TLSv1.1') : front?.refuse());
    if (nth === times + 1) await (secure ? front?.speak('TLSv1.3') : front?.open());
    try {
      const answer = await call();
      if (OWN[door].test(failureOf(answer))) count(struck, operation);
      return answer;
    } catch (error) {
      if (error instanceof AdapterError && OWN[door].test(error.details.code ?? '')) count(struck, operation);
      throw error;
    }
  };
  const lead = async (actual: URL): Promise<URL> => {
    front = await startFront(actual, secure ? certificate : undefined);
    return Object.assign(new URL(actual), { port: String(front.port), protocol: secure ? 'https:' : 'http:' });
  };
  return {
    cell: {
      ...(operations.includes('webhook') ? { webhookUrl: lead } : { baseUrl: lead }),
      source: secure ? { ca: certificate.cert } : {},
    },
    struck: (operation) => struck.get(operation) ?? 0,
    stop: async () => front?.stop(),
    watched: (dependencies) => ({
      ...dependencies,
      directory: between(dependencies.directory, {
        source: (source) => ({
          ...source,
          token: (...call) => through('token', () => source.token(...call)),
          submit: (...call) => through('submit', () => source.submit(...call)),
          read: (...call) => through(call[0].cursor === null ? 'poll' : 'page', () => source.read(...call)),
        }),
        destination: (destination) =>
          destination.takes === 'rows'
            ? destination
            : {
                ...destination,
                deliver: (...call) =>
                  through(
                    'webhook',
                    () => destination.deliver(...call),
                    ({ reason }) => reason,
                  ),
              },
      }),
    }),
  };
}
