import { Option, type Command } from 'commander';
import { ALERT_EVENTS } from '../../contract/alerts.js';
import { examples, wholeNumber } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import type { ListAlertsOptions } from './alerts.js';

export function addAlertCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const alerts = program
    .command('alerts')
    .summary('list alerts, and try whether they arrive')
    .description('Shows what went wrong and who was told of it; docs/alerts.md lists the events.');
  alerts
    .command('list')
    .description('Lists alerts, newest first: open and over, sent, waiting and folded.')
    .option('--open', 'only those whose cause is not over')
    .addOption(new Option('--event <event>', 'only this event').choices(ALERT_EVENTS))
    .option('--org <name>', 'only of this organisation')
    .option('--limit <number>', 'at most this many', wholeNumber(1, 10_000), 50)
    .option(
      '--json',
      'print [{id, event, org, what, remedy, about, number, told, raisedAt, endable, endedAt, handedAt, sends}]',
    )
    .addHelpText('after', examples('alerts list', 'alerts list --open', 'alerts list --event window.late --json'))
    .action(async (options: ListAlertsOptions) => {
      const { listAlerts } = await import('./alerts.js');
      finish(await listAlerts(terminal, options));
    });
  alerts
    .command('test')
    .description(
      'Tries the receivers of ALERTS_FILE step by step: configuration, reach, authenticate, send. Sends each a test event, ' +
        '`alert.test`; exits with 1 when a step fails.',
    )
    .argument('[name]', 'only this receiver')
    .option('--json', 'print [{name, kind, ok, steps: [{step, status, found, remedy}]}]')
    .addHelpText('after', examples('alerts test', 'alerts test ops --json'))
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const { testAlerts } = await import('./test-alerts.js');
      finish(await testAlerts(terminal, name, options));
    });
  alerts.addHelpText('after', examples('alerts list --open', 'alerts test'));
}
