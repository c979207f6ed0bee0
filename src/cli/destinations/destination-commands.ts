import type { Command } from 'commander';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import type { RecoverOptions } from './recover.js';

export function addDestinationCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const destinations = program
    .command('destinations')
    .summary('list destinations, and try one')
    .description('Shows where rows go, as it is configured here, and tries whether they could be delivered.');
  destinations
    .command('list')
    .description('Lists the destinations by name. Asks no server.')
    .option('--org <name>', 'only those that this organisation may use')
    .option('--json', 'print [{name, kind, place}]')
    .addHelpText('after', examples('destinations list'))
    .action(async (options: { org?: string; json?: boolean }) => {
      const { listDestinations } = await import('./destinations.js');
      finish(listDestinations(terminal, options));
    });
  destinations
    .command('test')
    .description(
      'Tries a destination step by step: configuration, reach, authenticate and, for files and tables, write, read back ' +
        'and clean up. Leaves nothing behind; exits with 1 when a step fails.',
    )
    .argument('<name>', 'name of the destination')
    .option('--json', 'print {"name", "kind", "ok", "steps": [{"step", "status", "found", "remedy"}]}')
    .addHelpText('after', examples('destinations test lake'))
    .action(async (name: string, options: { json?: boolean }) => {
      const { testDestination } = await import('./destinations.js');
      finish(await testDestination(terminal, name, options));
    });
  destinations.addHelpText('after', examples('destinations list', 'destinations test lake'));
  addDeliveryCommands(program, terminal, finish);
}

function addDeliveryCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const deliveries = program
    .command('deliveries')
    .summary('deliver again what is undelivered')
    .description('Sends again what a destination has not got.');
  deliveries
    .command('recover')
    .description(
      'Delivers everything that a destination has not got since a time, in that order, and waits for it. Exits with 3 if ' +
        'some of it does not arrive. Needs the DATABASE_URL of the worker, or a running `npm run dev`.',
    )
    .requiredOption('--destination <name>', 'name of the destination')
    .requiredOption('--since <time>', 'a day or an instant, or a duration as "2 days": by when the revision was made')
    .option('--org <name>', 'only of this organisation')
    .option('--dry-run', 'list what would be sent, in its order; send nothing')
    .option(
      '--json',
      'print {"destination", "since", "dryRun", "deliveries": [{"deliveryId", "revision", "org", "window", "outcome", "reason"}]}',
    )
    .addHelpText('after', examples('deliveries recover --destination lake --since 2026-11-01 --dry-run'))
    .action(async (options: RecoverOptions) => {
      const { recoverDeliveries } = await import('./recover.js');
      finish(await recoverDeliveries(terminal, options));
    });
  deliveries.addHelpText('after', examples("deliveries recover --destination lake --since '2 days'"));
}
