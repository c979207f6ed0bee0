import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { datasetUrlProblem, readDatasets } from '../../config/datasets.js';
import { createDatasetStore } from '../../datasets/store/dataset-store.js';
import { openBlobStore } from '../../datasets/blobs/open-dataset-url.js';
import { createRowFigures, type RowFigures } from '../../datasets/transform/row-figures.js';
import { reportRecords, type ReportRecords } from '../../records/runs/report-records.js';
import { gatherReport } from '../../report/data/gather-report.js';
import { renderReport } from '../../report/render-report.js';
import { bytesText } from '../../text/bytes-text.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { openFile } from '../export/open-file.js';
import { writeLines } from '../export/output-file.js';
import { withDatabase } from '../program/records.js';
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
  const file = resolve(flags.out ?? reportFileName(workflowId));
  try {
    const page = await waitUnlessStopped(undefined, (signal) => pageOf(terminal, workflowId, signal));
    await writeLines(file, Readable.from([page]));
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
  return withSession(terminal, ({ client, runUrl }) =>
    withDatabase(terminal, (database, _signal, { present }) =>
      withRowFigures(terminal, async (rows) => {
        const records = present === 0 ? NO_RECORDS : reportRecords(database, terminal.now);
        const sources = { run: client.run(workflowId), records, rows, runUrl, now: terminal.now };
        return renderReport(await gatherReport(sources, signal));
      }),
    ),
  );
}

/** Of a database that no worker has migrated yet. */
const NO_RECORDS: ReportRecords = {
  auditEntries: () => Promise.resolve([]),
  deliveryAnswers: () => Promise.resolve(null),
};

async function withRowFigures<T>({ env }: Terminal, work: (rows: RowFigures) => Promise<T>): Promise<T> {
  const blobs = await openBlobStore(readDatasets(env).place);
  try {
    return await work(createRowFigures(createDatasetStore(blobs)));
  } catch (error) {
    throw datasetUrlProblem(error);
  } finally {
    blobs.close();
  }
}

/** A workflow id is user input: what a file name cannot have is replaced, and a hash keeps two such ids apart. */
export function reportFileName(workflowId: string): string {
  const safe = workflowId.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 120);
  const hash = createHash('sha256').update(workflowId).digest('hex').slice(0, 8);
  return safe === workflowId ? `report-${safe}.html` : `report-${safe}-${hash}.html`;
}
