import { spoiltAs, type AuthorisedCall, type ReportingOutcome, type ReportingState } from './api.js';
import { MEDIA, SKILLS, type Skill } from './legs/directory.js';
import { SERVICE_LEVEL_SECONDS, serviceLevelFlag, type Leg } from './legs/leg.js';
import { refuse } from './refusals.js';
import { windowIn } from './window.js';

/** Legs of one skill as CXone counts them: every leg that was offered to it, transfers and refusals included. */
class SkillCount {
  #offered = 0;
  #queued = 0;
  #handled = 0;
  #abandoned = 0;
  #within = 0;
  #outside = 0;
  #queueSeconds = 0;
  #agentSeconds = 0;
  #acwSeconds = 0;
  #holdSeconds = 0;
  #longest = 0;

  count(leg: Leg): void {
    this.#offered += 1;
    if (leg.inQueueSeconds > 0) this.#queued += 1;
    if (leg.agentSeconds > 0 && !leg.isRefused) this.#handled += 1;
    // A short abandon is offered and neither handled nor abandoned.
    if (leg.abandoned && !leg.isShortAbandon) this.#abandoned += 1;
    if (serviceLevelFlag(leg) === 0) this.#within += 1;
    if (serviceLevelFlag(leg) === 1) this.#outside += 1;
    this.#queueSeconds += leg.inQueueSeconds;
    this.#agentSeconds += leg.agentSeconds;
    this.#acwSeconds += leg.acwSeconds;
    this.#holdSeconds += leg.holdSeconds;
    this.#longest = Math.max(this.#longest, leg.inQueueSeconds);
  }

  row(skill: Skill, unexplained: number): Readonly<Record<string, string | number | boolean>> {
    const handled = Math.max(1, this.#handled);
    return {
      skillId: skill.skillId,
      skillName: skill.skillName,
      campaignId: skill.campaignId,
      campaignName: skill.campaignName,
      mediaTypeId: skill.mediaTypeId,
      mediaTypeName: MEDIA[skill.mediaTypeId] ?? '',
      isOutbound: skill.isOutbound,
      contactsOffered: this.#offered + unexplained,
      contactsQueued: this.#queued,
      contactsHandled: this.#handled,
      contactsActive: 0,
      abandonCount: this.#abandoned,
      abandonRate: share(this.#abandoned, this.#offered),
      contactsWithinSLA: this.#within,
      contactsOutOfSLA: this.#outside,
      serviceLevel: share(this.#within, this.#within + this.#outside),
      serviceLevelThreshold: SERVICE_LEVEL_SECONDS,
      queueCount: 0,
      averageHandleTime: Math.round((this.#agentSeconds + this.#acwSeconds) / handled),
      averageInqueueTime: Math.round(this.#queueSeconds / Math.max(1, this.#queued)),
      averageTalkTime: Math.round(this.#agentSeconds / handled),
      averageWrapTime: Math.round(this.#acwSeconds / handled),
      holdTime: Math.round(this.#holdSeconds),
      longestQueueDur: Math.round(this.#longest),
    };
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100;
}

/** `GET …/skills/summary`: totals by skill, from the same legs as the contacts. No pages. */
export function answerSummary(state: ReportingState, call: AuthorisedCall): ReportingOutcome {
  const { settings, book } = state;
  const { searchParams } = call.url;
  const facts = {
    ...call.facts,
    startDate: searchParams.get('startDate') ?? '',
    endDate: searchParams.get('endDate') ?? '',
  };
  const common = { operation: 'list', spoilt: spoiltAs(settings, 'header') } as const;
  const window = windowIn(searchParams, settings, call.nowMs);
  if ('refused' in window) return { ...common, reply: refuse(settings, 'header', ...window.refused), facts };
  const counts = new Map<number, SkillCount>();
  for (const leg of book.window(window).legs(0, Infinity)) {
    if (leg.skill === null) continue;
    const count = counts.get(leg.skill.skillId) ?? new SkillCount();
    counts.set(leg.skill.skillId, count);
    count.count(leg);
  }
  const seen = SKILLS.flatMap((skill) => {
    const count = counts.get(skill.skillId);
    return count === undefined ? [] : [{ skill, count }];
  });
  const rows = seen.map(({ skill, count }, index) => count.row(skill, index === 0 ? settings.unexplained : 0));
  const asText = settings.summaryValues === 'text' ? rows.map(texts) : rows;
  const body = { businessUnitId: call.tenant.businessUnitId, skillSummaries: asText };
  return { ...common, reply: { status: 200, body }, facts: { ...facts, rows: rows.length }, effect: () => undefined };
}

/** As one tenant was seen to answer: every value a text. */
function texts(row: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  const written = Object.entries(row).map(([key, value]) => [
    key,
    typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value),
  ]);
  return Object.fromEntries(written) as Record<string, string>;
}
