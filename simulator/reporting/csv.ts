import type { Journey } from './legs/journey.js';
import type { Leg } from './legs/leg.js';
import type { ReportingSettings } from './settings.js';

/** The header rows that clients of the two CSV sources were seen to expect. Made-up people have no names: the columns stay empty. */
const QM_HEADER = ['Tenant Name', 'Agent ID', 'Type', 'Workflow Status', 'Workflow ID', 'Form Name', 'Form Version']
  .concat(['Start Date', 'Submission Date', 'Last Updated', 'Score Percentage', 'Score', 'Maximum Possible Score'])
  .concat(['User Review Comments', 'Segment ID', 'ACD ID', 'Interaction Type', 'Team ID', 'Team Name']);
const CALLS_HEADER = ['Contact_ID', 'Master_Contact_ID', 'Media_Name', 'Skill_No', 'Skill_Name', 'Campaign_No']
  .concat(['Campaign_Name', 'Team_No', 'Team_Name', 'SLA', 'Start_Date', 'start_time', 'Prequeue', 'Inqueue'])
  .concat(['Agent_Time', 'Postqueue', 'ACW_Time', 'Abandon_Time', 'Abandon', 'Hold_Time', 'Disposition_Code']);

type Cell = string | number | null | undefined;

function line(cells: readonly Cell[]): string {
  return cells.map(cellText).join(',');
}

function cellText(cell: Cell): string {
  const text = String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Evaluations: one of ten answered legs, with a comment that has a line end in it. */
export function evaluationsCsv(journeys: Iterable<Journey>, tenant: string, bom: boolean): string {
  const lines = [line(QM_HEADER)];
  for (const { legs } of journeys) {
    const [leg] = legs;
    if (leg?.agentId === null || leg === undefined || Number(leg.contactId.slice(-3)) % 10 !== 0) continue;
    lines.push(line(evaluationOf(leg, tenant)));
  }
  return `${bom ? '\u{feff}' : ''}${lines.join('\n')}\n`;
}

function evaluationOf(leg: Leg, tenant: string): readonly Cell[] {
  const at = (hours: number): string =>
    new Date(leg.startMs + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  const score = Number(leg.contactId.slice(-4)) % 101;
  return [tenant, leg.agentId, 'Evaluation', 'COMPLETED', `w-${leg.contactId}`, 'Quality, short', 3]
    .concat([at(1), at(2), at(2), score, score / 10, 10])
    .concat([
      `Friendly.\nSaid "thank you"`,
      `s-${leg.contactId}`,
      leg.contactId,
      'VOICE',
      leg.team?.id ?? '',
      leg.team?.name ?? '',
    ]);
}

/** Calls, by local time of a zone that knows no daylight saving, lines ended by CR LF. */
export function callsCsv(
  legs: Iterable<Leg>,
  { reportOffsetMinutes, reportDirection }: Pick<ReportingSettings, 'reportOffsetMinutes' | 'reportDirection'>,
  header: boolean,
): string {
  const lines = header ? [line(reportDirection ? [...CALLS_HEADER, 'Direction'] : CALLS_HEADER)] : [];
  for (const leg of legs) {
    const call = callOf(leg, reportOffsetMinutes);
    lines.push(line(reportDirection ? [...call, leg.isOutbound ? 'Outbound' : 'Inbound'] : call));
  }
  return lines.map((each) => `${each}\r\n`).join('');
}

function callOf(leg: Leg, offsetMinutes: number): readonly Cell[] {
  const local = new Date(leg.startMs + offsetMinutes * 60_000).toISOString();
  const [year = '', month = '', day = ''] = local.slice(0, 10).split('-');
  const { skill, team } = leg;
  return [
    ...[leg.contactId, leg.masterContactId, leg.mediaTypeId, skill?.skillId, skill?.skillName, skill?.campaignId],
    ...[skill?.campaignName, team?.id, team?.name, leg.isShortAbandon ? -1 : 0, `${month}/${day}/${year}`],
    ...[local.slice(11, 19), leg.preQueueSeconds, leg.inQueueSeconds, leg.agentSeconds, leg.postQueueSeconds],
    ...[leg.acwSeconds, leg.abandonSeconds, leg.abandoned ? 'Y' : 'N', leg.holdSeconds, leg.dispositionId],
  ];
}
