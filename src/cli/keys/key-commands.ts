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
    .summary('make keys for the HTTP gateway')
    .description('Makes keys for the HTTP gateway, which knows of each only a hash, in the file of GATEWAY_KEYS_FILE.');
  keys
    .command('create')
    .description('Makes a key and prints it, this once, and the line that belongs into the key file.')
    .requiredOption('--id <name>', 'what logs and audit entries call it: lower-case letters, digits and "-"')
    .requiredOption('--scopes <list>', `what it may do, with commas between: ${SCOPES.join(', ')}`)
    .requiredOption('--orgs <list>', 'organisations that it may do it for, with commas between, or * for every one')
    .option('--file <file>', 'add the line to this key file, in place of printing it; a running gateway sees it')
    .option('--json', 'print {"id", "key", "line", "file"}; "file" is null when the line was added to none')
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
