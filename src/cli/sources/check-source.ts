import type { SourceInspection } from '../../ports/index.js';
import { countOf, countText } from '../../text/number-text.js';
import { UsageError } from '../program/errors.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { waitUnlessStopped, WaitStopped } from '../program/waiting.js';
import type { Terminal } from '../terminal/terminal.js';
import { openNamedSource } from './named-source.js';

export interface CheckOptions {
  readonly source?: string;
  readonly day?: string;
  readonly json?: boolean;
}

const DAY_MS = 86_400_000;

/** `journey-metrics sources check <org>`: looks at a tenant, and says what was found. Starts nothing there. */
export async function checkSource(terminal: Terminal, org: string, options: CheckOptions): Promise<ExitCode> {
  const day = options.day ?? new Date(terminal.now() - 2 * DAY_MS).toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day))) {
    throw new UsageError('--day is a UTC day like 2026-10-05');
  }
  const { name, source } = openNamedSource(terminal, {
    org,
    ...(options.source !== undefined && { source: options.source }),
  });
  try {
    const found = await waitUnlessStopped(undefined, async (signal) => {
      await source.token(signal);
      return source.inspect?.(day, signal);
    });
    if (found === undefined) {
      throw new UsageError(
        `${org}/${name} is of kind ${source.kind}: \`journey-metrics doctor\` checks its credentials`,
      );
    }
    const definition = source.definition?.name ?? null;
    if (options.json) terminal.printJson({ org, source: name, kind: source.kind, definition, ...found });
    else terminal.print(textOf(`${org}, source ${name}`, definition, found));
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof WaitStopped)) throw error;
    terminal.note('journey-metrics: interrupted; nothing was started');
    return EXIT.interrupted;
  } finally {
    await source.close();
  }
}

function textOf(title: string, definition: string | null, found: SourceInspection): string {
  return [
    `${title}: reached, tenant ${found.tenantId} at ${found.api}, Reporting API ${found.apiVersion}`,
    ...facts(found).map(([name, value]) => `  ${name.padEnd(18)} ${value}`),
    '',
    ...spotChecks(definition, found),
  ].join('\n');
}

function facts(found: SourceInspection): readonly (readonly [string, string])[] {
  const { day, fields, total, looked, media, skills, teams, neverQueued, orphans, suspectedSplits } = found;
  const { oldest, summary, timeZone } = found;
  const share =
    neverQueued.contacts === 0 ? '' : ` (${Math.round((100 * neverQueued.abandoned) / neverQueued.contacts)} %)`;
  const inMedia = media.map(({ id, label, contacts }) => `${label ?? id ?? 'none'} ${countText(contacts)}`);
  return [
    [
      'fields',
      fields === null ? 'not seen: the day has no contact' : `${fields.start} and ${fields.found.length - 1} more`,
    ],
    ...(fields && fields.absent.length > 0 ? [['fields absent', fields.absent.join(', ')] as const] : []),
    ['contacts', `${total === null ? 'not stated' : countText(total)} on ${day} in UTC`],
    ['', 'compare with a screen of a user without Views or team limits: a key that sees less gives no error'],
    ['looked at', `${countOf(looked, 'contact')}: ${inMedia.join(', ') || 'no media'}`],
    ['skills, teams', `${skills} and ${teams}`],
    [
      'never queued',
      `${countText(neverQueued.contacts)}, of these flagged as abandoned ${countText(neverQueued.abandoned)}${share}`,
    ],
    ['orphans', `${countText(orphans)}; suspected splits ${countText(suspectedSplits)}`],
    ['oldest day', oldest === null ? 'none found' : `about ${oldest.day}${oldest.before ? ', and older ones' : ''}`],
    ['sums by skill', summary],
    ['time zone', timeZone ?? 'not stated'],
  ];
}

function spotChecks(definition: string | null, { journeys }: SourceInspection): readonly string[] {
  if (journeys.length === 0) return ['No journeys to look up.'];
  return [
    `To look up in CXone, by the definition ${definition ?? 'of the source'}:`,
    ...journeys.map(({ start, outcome, contactIds }) => `  ${start}  ${outcome.padEnd(22)} ${contactIds.join(', ')}`),
  ];
}
