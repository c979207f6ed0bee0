import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { withDatabase, withDatasets } from '../../composition/stores.js';
import { createRowFigures } from '../../datasets/transform/row-figures.js';
import { reportRecords, type ReportRecords } from '../../records/runs/report-records.js';
import { reportPages } from '../../report/report-pages.js';
import { bytesText } from '../../text/bytes-text.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { openFile } from '../export/open-file.js';
import { UsageError } from '../program/errors.js';
import { goesToStdout, writeLines } from '../export/output-file.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';
import { waitUnlessStopped, WaitStopped } from '../program/waiting.js';

export interface ReportFlags {
  readonly out?: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

/** `journey-metrics report`: a page about a run, as a file. */
export async function reportRun(terminal: Terminal, workflowId: string, flags: ReportFlags): Promise<ExitCode> {
  const out = flags.out ?? reportFileName(workflowId);
  const toStdout = await goesToStdout(out, flags.json);
  if (toStdout && flags.open) throw new UsageError('--open needs a file: name one with --out');
  const file = toStdout ? out : resolve(out);
  try {
    const page = await waitUnlessStopped(undefined, (signal) => pageOf(terminal, workflowId, signal));
    await writeLines(file, Readable.from([page]), terminal);
    if (toStdout) return EXIT.done;
    // And the line end.
    const bytes = Buffer.byteLength(page) + 1;
    if (flags.json) terminal.printJson({ file, bytes });
    else terminal.print(`${file} (${bytesText(bytes)})`);
  } catch (error) {
    if (!(error instanceof WaitStopped)) throw error;
    terminal.note('journey-metrics: interrupted; no report was written');
    return EXIT.interrupted;
  }
  if (flags.open) await openFile(file, terminal);
  return EXIT.done;
}

function pageOf(terminal: Terminal, workflowId: string, signal: AbortSignal): Promise<string> {
  const { config, now } = terminal;
  return withSession(terminal, ({ client, runUrl }) =>
    withDatabase(config.databaseUrl(), (database, _signal, { present }) =>
      withDatasets(config.datasets().place, ({ datasets }) => {
        const records = present === 0 ? NO_RECORDS : reportRecords(database, now);
        const pages = reportPages({ records, rows: createRowFigures(datasets), runUrl, now });
        return pages.report(client.run(workflowId), signal);
      }),
    ),
  );
}

/** Of a database that no worker has migrated yet. */
const NO_RECORDS: ReportRecords = {
  auditEntries: () => Promise.resolve([]),
  deliveryAnswers: () => Promise.resolve(null),
};

/** A workflow id is user input: what a file name cannot have is replaced, and a hash keeps two such ids apart. */
export function reportFileName(workflowId: string): string {
  const safe = workflowId.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 120);
  const hash = createHash('sha256').update(workflowId).digest('hex').slice(0, 8);
  return safe === workflowId ? `report-${safe}.html` : `report-${safe}-${hash}.html`;
}
