import { join } from 'node:path';

/** Everything that the embedded stack keeps below its home. */
export function homePaths(home: string): {
  /** Where things are, for the CLI in another terminal. */
  stackFile: string;
  lock: string;
  /** The ports of the last start. */
  ports: string;
  temporalDb: string;
  temporalLog: string;
  temporalRecord: string;
  postgres: string;
  supervisorLog: string;
} {
  return {
    stackFile: join(home, 'stack.json'),
    lock: join(home, 'lock'),
    ports: join(home, 'ports.json'),
    temporalDb: join(home, 'temporal.db'),
    temporalLog: join(home, 'temporal.log'),
    temporalRecord: join(home, 'temporal.process.json'),
    postgres: join(home, 'postgres'),
    supervisorLog: join(home, 'supervisor.log'),
  };
}
