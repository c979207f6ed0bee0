import { StackError } from '../errors.js';

/** Deaths within a minute after which a server is started again; one more, and it is given up. */
const DEATHS_AT_MOST = 5;
const WITHIN_MS = 60_000;

interface Server {
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** A server that is started again when it dies. */
export interface KeptServer {
  /** Ends it for good, also in the middle of a new start. */
  stop(): Promise<void>;
}

/**
 * Starts a server, and again whenever it ends, until it has done so more than `deathsAtMost` times within a minute.
 * @param start rejects when the server does not come up; the first time that is the caller's, later it ends the keeping
 */
export async function keepUp<S extends Server>(
  name: string,
  start: () => Promise<S>,
  on: { up: (server: S) => void; givenUp: (error: unknown) => void },
  deathsAtMost = DEATHS_AT_MOST,
): Promise<KeptServer> {
  let server = await start();
  let stopping = false;
  on.up(server);
  const startAgain = async (): Promise<S> => {
    const next = await start();
    if (stopping) await next.stop(); // Nobody else knows it yet.
    return next;
  };
  const watch = async (): Promise<void> => {
    const deaths: number[] = [];
    for (;;) {
      const how = await server.exited;
      if (stopping) return;
      deaths.push(performance.now());
      if (deaths.filter((at) => performance.now() - at < WITHIN_MS).length > deathsAtMost) {
        const often = `${deathsAtMost + 1} times within a minute`;
        throw new StackError(
          'server-failed',
          `${name} ended ${often}, the last time with ${how}; see its log in the home.`,
        );
      }
      server = await startAgain();
      on.up(server);
    }
  };
  const watching = watch().catch((error: unknown) => {
    if (!stopping) on.givenUp(error);
  });
  return {
    stop: async () => {
      stopping = true;
      await server.stop();
      await watching;
    },
  };
}
