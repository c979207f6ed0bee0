import type { Command } from 'commander';
import { SCOPES } from '../../keys/principal.js';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

interface CreateOptions {
  readonly id: string;
  readonly scopes: string;
  readonly orgs: string;
  readonly file?: string;
  readonly json?: boolean;
}

const CREATE = 'keys create --id nightly-bi --scopes runs:start,runs:read --orgs acme';

export function addKeyCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const keys = program
    .command('keys')
    .summary('create keys for the HTTP gateway')
    .description(
      'Creates keys for the HTTP gateway. The gateway knows only their hashes, from the file GATEWAY_KEYS_FILE.',
    );
  keys
    .command('create')
    .description('Creates a key, and prints it once with the line for the key file.')
    .requiredOption('--id <name>', 'name of the key in logs and audit entries: lower-case letters, digits and "-"')
    .requiredOption('--scopes <list>', `what the key allows, separated by commas: ${SCOPES.join(', ')}`)
    .requiredOption('--orgs <list>', 'organisations it allows, separated by commas, or * for all')
    .option('--file <file>', 'add the line to this key file instead of printing it; a running gateway uses it at once')
    .option('--json', 'print {"id", "key", "line", "file"}; "file" is null without --file')
    .addHelpText(
      'after',
      examples(CREATE, `${CREATE} --file keys.txt`, "keys create --id ops --scopes audit:read --orgs '*'"),
    )
    .action(async (options: CreateOptions) => {
      const { createKey } = await import('./keys.js');
      finish(await createKey(terminal, options));
    });
  keys.addHelpText('after', examples(`${CREATE} --file keys.txt`));
}
