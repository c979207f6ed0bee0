import type { Finish } from '../program/exit-code.js';
import type { Command } from 'commander';
import { examples, wholeNumber } from '../program/commander.js';
import type { Terminal } from '../terminal/terminal.js';

const LISTED_MOST = 100_000;

export function addAuditCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const audit = program
    .command('audit')
    .summary('read and verify the audit trail')
    .description(
      'Reads the audit trail and checks that it was not changed. Needs DATABASE_URL, or a running `npm run dev`.',
    );
  addReading(audit, terminal, finish);
  addProving(audit, terminal, finish);
  audit.addHelpText('after', examples('audit list --limit 20', 'audit verify --checkpoint checkpoint.json'));
}

function addReading(audit: Command, terminal: Terminal, finish: Finish): void {
  audit
    .command('list')
    .description('Lists entries, newest first.')
    .option('--limit <number>', 'maximum number to list', wholeNumber(1, LISTED_MOST), 50)
    .option('--org <name>', 'only for this organisation')
    .option('--series <series>', 'only of this series')
    .option('--json', 'print an array')
    .addHelpText('after', examples('audit list --org acme --limit 20'))
    .action(async (options: { limit: number; org?: string; series?: string; json?: boolean }) => {
      const { listAudit } = await import('./audit.js');
      finish(await listAudit(terminal, options));
    });
  audit
    .command('export')
    .description('Writes the whole trail as lines of JSON, oldest first, byte for byte as it was hashed.')
    .option('--out <file>', 'write to this file instead of stdout')
    .option('--json', 'with --out: print {"out", "entries"}')
    .addHelpText('after', examples('audit export --out audit.ndjson', 'audit export | gzip > audit.ndjson.gz'))
    .action(async (options: { out?: string; json?: boolean }) => {
      const { exportAudit } = await import('./audit.js');
      finish(await exportAudit(terminal, options));
    });
}

function addProving(audit: Command, terminal: Terminal, finish: Finish): void {
  audit
    .command('verify')
    .description('Checks the text, chain and columns of every entry. Exits with 1 and names the first bad entry.')
    .option('--checkpoint <file>', 'also check that no entry up to this checkpoint is missing')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples('audit verify', 'audit verify --checkpoint checkpoint.json'))
    .action(async (options: { checkpoint?: string; json?: boolean }) => {
      const { verifyAudit } = await import('./audit.js');
      finish(await verifyAudit(terminal, options));
    });
  audit
    .command('checkpoint')
    .description('Prints the end of the trail, to keep elsewhere. The trail must verify first.')
    .option('--out <file>', 'write to this file instead of stdout')
    .option('--json', 'print it, also with --out')
    .addHelpText('after', examples('audit checkpoint --out checkpoint.json'))
    .action(async (options: { out?: string; json?: boolean }) => {
      const { checkpointAudit } = await import('./audit.js');
      finish(await checkpointAudit(terminal, options));
    });
  audit
    .command('reconcile')
    .description(
      'Writes the missing audit entries of terminated runs now, without waiting for the schedule. Needs Temporal and a worker.',
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples('audit reconcile'))
    .action(async (options: { json?: boolean }) => {
      const { reconcileAudit } = await import('./audit.js');
      finish(await reconcileAudit(terminal, options));
    });
}
