import type { Command } from 'commander';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import type { CatalogueOptions } from './catalogue.js';

export function addSourceCommands(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('catalogue')
    .summary('list the metrics and dimensions of a source')
    .description('Lists the metrics and dimensions that a source knows, and why one cannot be had. Asks no server.')
    .option('--org <org>', 'the organisation; default: the one of requests that name none')
    .option('--source <name>', "one of its sources; default: the organisation's default source")
    .option('--dbt', 'print the schema.yml of a dbt model, as examples/dbt has it')
    .option('--json', 'print {org, source, kind, definition, reportTypes, metrics, dimensions}')
    .addHelpText('after', examples('catalogue', 'catalogue --org globex --source journeys --json'))
    .action(async (options: CatalogueOptions) => {
      const { printCatalogue } = await import('./catalogue.js');
      finish(await printCatalogue(terminal, options));
    });
}
