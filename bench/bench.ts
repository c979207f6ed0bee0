import { Command, InvalidArgumentError } from 'commander';
import { writePages } from './generate-pages.js';
import { measurePipeline, type PipelineFigures } from './pipeline.js';
import { measureParquet, type ParquetInput } from './parquet.js';
import { comparePeers } from './peers.js';
import { checkAgainstTextbook } from './textbook.js';

/** Above it the check takes longer than what it checks. */
const VERIFIED_UP_TO = 100_000;

const program = new Command('bench').description('What the product costs, measured on this machine.');

program
  .command('pipeline')
  .description('scan, store, transform and payloads of a result, from page files')
  .requiredOption('--pages <folder>', 'page files: result documents of the source, read in the order of their names')
  .requiredOption('--out <folder>', 'where the payloads go, as part-*.json')
  .option('--max-rows <rows>', 'deliver an even sample of so many rows (default: all)', wholeNumber)
  .option('--rollup', 'sum the rows up, too (default: no, as the program that it is compared with does not)')
  .option('--verify', `compare the rows with those of a textbook program (default: up to ${VERIFIED_UP_TO} rows)`)
  .option('--no-verify', 'do not')
  .option('--json', 'print {rows, kept, wallMs, storeMs, cpuMs, peakRssMiB}')
  .action(async ({ json, verify, ...input }: PipelineOptions) => {
    const figures = await measurePipeline(input);
    if (verify ?? figures.rows <= VERIFIED_UP_TO) await checkAgainstTextbook(input);
    process.stdout.write(`${json === true ? JSON.stringify(figures) : inWords(figures)}\n`);
  });

program
  .command('pages')
  .description('write page files to measure with: journeys with outliers, nulls and absent keys; always the same ones')
  .requiredOption('--out <folder>', 'where they go')
  .requiredOption('--pages <number>', 'how many, of 10,000 rows each', wholeNumber)
  .action(async ({ out, pages }: { out: string; pages: number }) => {
    await writePages(out, pages);
  });

program
  .command('parquet')
  .description('Parquet of a million rows of six columns; with --pages, of the rows of page files')
  .option('--rows <rows>', 'rows of the table (default: 1,000,000)', wholeNumber)
  .option('--pages <folder>', 'page files, which are scanned, stored and read first')
  .requiredOption('--out <folder>', 'where the file goes, as part-0.parquet')
  .action(async (input: ParquetInput) => {
    process.stdout.write(`${JSON.stringify(await measureParquet(input))}\n`);
  });

program
  .command('peers')
  .description('page files into Parquet, by the product and by dlt, one after the other')
  .requiredOption('--pages <folder>', 'page files of `bench -- pages`')
  .action(async ({ pages }: { pages: string }) => {
    process.stdout.write(await comparePeers(pages));
  });

try {
  if (!program.commands.some((command) => command.name() === process.argv[2])) {
    // Loaded only where they are used: Temporal's native core would be in the memory that the pipeline reports.
    const { addProductCommands } = await import('./commands.js');
    addProductCommands(program);
  }
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

interface PipelineOptions {
  readonly pages: string;
  readonly out: string;
  readonly maxRows?: number;
  readonly rollup?: boolean;
  readonly json?: boolean;
  readonly verify?: boolean;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

function inWords({ rows, kept, wallMs, storeMs, cpuMs, peakRssMiB }: PipelineFigures): string {
  const count = (value: number): string => value.toLocaleString('en-US');
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  return (
    `${count(rows)} rows, ${count(kept)} kept: ${seconds(wallMs + storeMs)} ` +
    `(${seconds(storeMs)} of them the store), ${seconds(cpuMs)} of processor, at most ${peakRssMiB} MiB of memory`
  );
}
