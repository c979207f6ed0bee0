import type { Command } from 'commander';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import type { CheckOptions } from './check-source.js';
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
  addCheck(program, terminal, finish);
}

function addCheck(program: Command, terminal: Terminal, finish: Finish): void {
  const sources = program
    .command('sources')
    .summary('look at a tenant of CXone')
    .description('Looks at what an organisation is read from.')
    .addHelpText('after', examples('sources check globex'));
  sources
    .command('check')
    .summary('say what one page of a tenant looks like, and list journeys to look up')
    .description(
      'Asks for a token and for one page of contacts of a day, and says what was detected, without personal data. ' +
        'Posts nothing and starts no job.',
    )
    .argument('<org>', 'the organisation')
    .option('--source <name>', "one of its sources; default: the organisation's default source")
    .option('--day <date>', 'the UTC day to look at; default: the day before yesterday')
    .option('--json', 'print {org, source, kind, definition, tenantId, api, fields, total, media, oldest, journeys, …}')
    .addHelpText('after', examples('sources check globex', 'sources check globex --day 2026-10-05 --json'))
    .action(async (org: string, options: CheckOptions) => {
      const { checkSource } = await import('./check-source.js');
      finish(await checkSource(terminal, org, options));
    });
}
