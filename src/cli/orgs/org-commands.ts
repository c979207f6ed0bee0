import type { Command } from 'commander';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import type { OrgOptions } from './orgs.js';

const JSON_OF_ONE =
  'print {org, credential, configured, holders, waiting, circuit, openSince, nextProbe, failures, lastSuccess, requestsLastHour}';

export function addOrgCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const orgs = program
    .command('orgs')
    .summary('organisations: who holds their slots, who waits, whether they answer')
    .description('Shows organisations as all workers together see them.')
    .addHelpText('after', examples('orgs list', 'orgs show globex'));
  orgs
    .command('list')
    .summary('list the organisations')
    .description('Lists the organisations that are configured here, or that a worker has.')
    .option('--org <org>', 'only this organisation')
    .option('--json', `print a list; of each, ${JSON_OF_ONE.slice('print '.length)}`)
    .addHelpText('after', examples('orgs list', 'orgs list --json'))
    .action(async (options: OrgOptions) => {
      const { listOrgs } = await import('./orgs.js');
      finish(await listOrgs(terminal, options));
    });
  orgs
    .command('show')
    .summary('show one organisation')
    .description('Shows one organisation: its credentials by fingerprint, the runs that hold its slots, its circuit.')
    .argument('<org>', 'the organisation')
    .option('--json', JSON_OF_ONE)
    .addHelpText('after', examples('orgs show globex'))
    .action(async (org: string, options: OrgOptions) => {
      const { showOrg } = await import('./orgs.js');
      finish(await showOrg(terminal, { ...options, org }));
    });
  orgs
    .command('check')
    .summary('ask each source for a token')
    .description('Asks each source that is configured here for a token, as a run would. Starts no query.')
    .argument('[org]', 'only this organisation')
    .option('--json', 'print a list of {org, source, ok, found}')
    .addHelpText('after', examples('orgs check', 'orgs check globex --json'))
    .action(async (org: string | undefined, options: OrgOptions) => {
      const { checkOrgs } = await import('./orgs.js');
      finish(await checkOrgs(terminal, { ...options, ...(org !== undefined && { org }) }));
    });
}
