import { spoiltAs, type AuthorisedCall, type ReportingOutcome, type ReportingState } from './api.js';
import { callsCsv } from './csv.js';
import { refuse } from './refusals.js';
import { windowIn } from './window.js';

/** `POST …/report-jobs/datadownload/{reportId}`: a report of calls, at once, as base64 in JSON. Files are not simulated. */
export function answerDownload(state: ReportingState, call: AuthorisedCall, reportId: string): ReportingOutcome {
  const { settings, book } = state;
  const { searchParams } = call.url;
  const facts = {
    ...call.facts,
    reportId,
    startDate: searchParams.get('startDate') ?? '',
    endDate: searchParams.get('endDate') ?? '',
  };
  const common = { operation: 'download', facts, spoilt: spoiltAs(settings, 'header') } as const;
  const window = windowIn(searchParams, settings, call.nowMs);
  if ('refused' in window) return { ...common, reply: refuse(settings, 'header', ...window.refused) };
  if (searchParams.get('saveAsFile') !== 'false') {
    return { ...common, reply: refuse(settings, 'header', 400, 'Only saveAsFile=false is simulated') };
  }
  const fileName = `Reports\\${searchParams.get('fileName') ?? 'report'}.csv`;
  const say = (errorMessage: string, csv: string): object => ({
    errorMessage,
    fileName,
    file: Buffer.from(csv).toString('base64'),
    fileType: 'CSV',
    URI: '',
  });
  // A refusal of the report itself is a 200 that says so.
  if (!settings.reportIds.includes(reportId)) {
    return { ...common, reply: { status: 200, body: say('The report does not exist or is not permitted.', '') } };
  }
  const selection = book.window(window);
  if (selection.total === 0) return { ...common, reply: { status: 204 } };
  const header = searchParams.get('includeHeaders') !== 'false';
  const csv = callsCsv(selection.legs(0, Infinity), settings, header);
  const withMark = settings.bom ? `\u{feff}${csv}` : csv;
  return {
    ...common,
    facts: { ...facts, rows: selection.total },
    reply: { status: 200, body: say('', withMark) },
    effect: () => undefined,
  };
}
