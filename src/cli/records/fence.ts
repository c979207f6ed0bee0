import { withDatabase } from '../../composition/stores.js';
import { fenceDeliveries } from '../../records/ledger/fence.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { requesterOf } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';

/** `journey-metrics records fence`: no delivery uses a number again that may have been used before a restore. */
export async function fenceRecords(
  terminal: Terminal,
  { above, json }: { readonly above?: number; readonly json?: boolean },
): Promise<ExitCode> {
  const { config, now } = terminal;
  const fence = await withDatabase(config.databaseUrl(), (database, signal, { present, known }) => {
    if (present < known) {
      const versions = `has schema version ${present} of ${known}`;
      throw new Error(`Postgres at ${database.where} ${versions}: start a worker to update it`);
    }
    return fenceDeliveries(database, { above, now, requester: requesterOf(config) }, signal);
  });
  if (json) terminal.printJson(fence);
  else {
    terminal.print(`the next revision of every delivery is above ${fence.above} (audit entry ${fence.seq})`);
    terminal.print('every window that is read from now on is delivered again, under a number that was never used');
  }
  return EXIT.done;
}
