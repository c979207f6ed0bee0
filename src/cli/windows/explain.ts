import { withDatabase, withDatasets } from '../../composition/stores.js';
import { ExplainError } from '../../contract/explain-error.js';
import type { ExplainedDelivery, Explanation } from '../../contract/result/explanation.js';
import { explanationRecords } from '../../records/windows/explanations.js';
import { explainer } from '../../report/explain/explain-series.js';
import { causesText } from '../../text/cause-text.js';
import { countOf } from '../../text/number-text.js';
import { printable } from '../../text/printable.js';
import { reportText, windowText } from '../../text/run-title.js';
import { zonedText } from '../../text/time-text.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

export interface ExplainOptions {
  readonly series: string;
  readonly date: string;
  readonly asOf?: string;
  readonly org?: string;
  readonly json?: boolean;
}

/** Contacts that the terminal names; `--json` has all that are kept. */
const CONTACTS_SHOWN = 10;

/** `journey-metrics explain`: which revision of a day counted, and what changed since and why. */
export async function explainDate(terminal: Terminal, { json, org, ...asked }: ExplainOptions): Promise<ExitCode> {
  const { config } = terminal;
  const explanation = await withDatabase(config.databaseUrl(), (database, signal, { present }) =>
    withDatasets(config.datasets().place, ({ datasets }) => {
      if (present === 0) throw new ExplainError('SeriesNotFound', 'no window was read yet', 'series');
      const explain = explainer({ records: explanationRecords(database), datasets });
      return explain({ ...asked, ...(org !== undefined && { orgs: [org] }) }, signal);
    }),
  );
  if (json) terminal.printJson(explanation);
  else terminal.print(explanationText(explanation, terminal));
  return EXIT.done;
}

function explanationText(explanation: Explanation, { paint }: Terminal): string {
  const { org, series, report, date, timeZone, deliveries } = explanation;
  const named = report === null ? series : reportText(report);
  const title = printable(`${org} · ${named} (${series}): ${date} (${timeZone})`);
  return [paint('bold', title), ...deliveries.map((each) => deliveryText(each, explanation))].join('\n');
}

function deliveryText(
  { destination, window, counted, current, countsNow, changes }: ExplainedDelivery,
  { asOf, timeZone }: Explanation,
): string {
  const at = (instant: string): string => zonedText(instant, timeZone);
  const head = printable(`  ${windowText(window)} → ${destination}${countsNow ? '' : ' (another window counts now)'}`);
  const then = asOf === null ? 'First' : `As of ${at(asOf)}`;
  const first =
    counted === null
      ? `    ${then} nothing was delivered yet.`
      : `    ${then}, revision ${counted.revision} counted: read ${at(counted.readAt)}, delivered ${at(counted.deliveredAt)}.`;
  const now =
    current === null
      ? '    Nothing was delivered since.'
      : current.revision === counted?.revision
        ? '    It counts now as well.'
        : `    Now revision ${current.revision} counts.`;
  return [head, first, ...changes.flatMap((change) => changeLines(change, at)), now].join('\n');
}

function changeLines(
  { revision, readAt, deliveredAt, causes, contacts, contactsState }: ExplainedDelivery['changes'][number],
  at: (instant: string) => string,
): readonly string[] {
  const arrival = deliveredAt === null ? 'not delivered' : `delivered ${at(deliveredAt)}`;
  const line = `    Revision ${revision}, read ${at(readAt)}, ${arrival}: ${causesText(causes, revision)}.`;
  if (contactsState === 'deleted')
    return [line, '      The list of contacts was deleted with the legs (LEG_RETENTION).'];
  if (contactsState === 'none') return [line];
  if (contacts.length === 0) return [line, '      No contact of this day.'];
  const shown = contacts.slice(0, CONTACTS_SHOWN).map(({ cause, contactId, journeyId }) => {
    return printable(`      ${cause}: contact ${contactId} of journey ${journeyId}`);
  });
  const rest = contacts.length - shown.length;
  return [line, ...shown, ...(rest > 0 ? [`      and ${countOf(rest, 'more contact')}: see --json`] : [])];
}
