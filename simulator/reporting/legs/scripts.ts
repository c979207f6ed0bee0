import { CHAT_SKILL, DIGITAL_SKILL, EMAIL_SKILL, OUTBOUND_SKILL, SERVED, VOICEMAIL_SKILL } from './directory.js';
import type { JourneyDraft, LegPart } from './journey-draft.js';
import type { JourneyKind } from './kinds.js';
import { endOf, type Leg } from './leg.js';

const HOUR_S = 3_600;
const after = (leg: Leg, seconds: number): number => endOf(leg) + seconds * 1_000;

/** Never queued: seconds of the IVR, then the end. */
function inIvr(draft: JourneyDraft, part: LegPart = {}): void {
  draft.add({ preQueueSeconds: draft.seconds(5, 180), ...part });
}

function abandoned(draft: JourneyDraft, isShortAbandon: boolean): void {
  const waitSeconds = isShortAbandon ? draft.seconds(1, 5) : draft.seconds(10, 400);
  const ended = { abandonSeconds: waitSeconds, abandoned: true, isShortAbandon, endReason: 'Abandoned' };
  draft.waited(waitSeconds, draft.legs.length === 0 ? ended : { ...ended, transfer: 'ReSkill' });
}

/** A caller who asks in the queue to be called back; answers the leg and how long the caller is to wait. */
function asksForCallback(draft: JourneyDraft): Leg {
  return draft.waited(draft.seconds(30, 300), { callbackTime: draft.seconds(600, 3_000) });
}

function callback(draft: JourneyDraft, reached: boolean): void {
  const asked = asksForCallback(draft);
  const agentSeconds = reached ? draft.seconds(60, 600) : 0;
  draft.callback({
    startMs: after(asked, asked.callbackTime),
    callbackTime: asked.callbackTime,
    agentId: 20_301,
    agentSeconds,
    totalDurationSeconds: agentSeconds + draft.seconds(5, 40),
    endReason: reached ? 'Contact ended' : 'No answer',
  });
}

/** A customer and an agent in turn, hours apart. */
function slow(draft: JourneyDraft, skill: typeof EMAIL_SKILL, hours: number): void {
  const first = draft.answered({ skill, preQueueSeconds: 0, inQueueSeconds: draft.seconds(60, 3_600) });
  if (draft.seconds(0, 1) < 0.5) draft.answered({ skill, startMs: after(first, draft.seconds(1, hours) * HOUR_S) });
}

/** A chain of transfers; from the third on the new leg's master is the leg that made it, no longer the root. */
function longTransfer(draft: JourneyDraft): void {
  let last = draft.answered();
  for (let transfer = 1; transfer <= 5; transfer += 1) {
    const masterContactId = transfer < 3 ? draft.idAt(0) : last.contactId;
    last = draft.answered({ transfer: 'ReSkill', preQueueSeconds: 0, masterContactId });
  }
}

/** What happens in each kind of journey, leg by leg. */
export const SCRIPTS: Readonly<Record<JourneyKind, (draft: JourneyDraft) => void>> = {
  answered: (draft) => void draft.answered(),
  'ivr-only': (draft) => {
    inIvr(draft);
  },
  'ivr-served': (draft) => {
    inIvr(draft, { dispositionId: SERVED.id });
  },
  'ivr-hang-up': (draft) => {
    inIvr(draft, { abandoned: draft.settings.hangUpsAbandoned, endReason: 'Abandoned' });
  },
  abandoned: (draft) => {
    abandoned(draft, false);
  },
  'short-abandon': (draft) => {
    abandoned(draft, true);
  },
  transferred: (draft) => {
    draft.answered();
    draft.answered({ transfer: draft.pick(['ReSkill', 'ReAgent']), preQueueSeconds: 0 });
  },
  'transfer-abandoned': (draft) => {
    draft.answered();
    abandoned(draft, false);
  },
  'long-transfer': longTransfer,
  split: (draft) => {
    draft.answered();
    draft.answered({ transfer: 'ReSkill', preQueueSeconds: 0, masterContactId: draft.idAt(1) });
  },
  consult: (draft) => {
    const first = draft.answered();
    draft.answered({ transfer: 'Consult', isOutbound: true, inQueueSeconds: 0, startMs: first.startMs + 60_000 });
  },
  conference: (draft) => {
    const conferenceSeconds = draft.seconds(30, 200);
    const first = draft.answered({ conferenceSeconds });
    draft.add({
      startMs: first.startMs + 45_000,
      isOutbound: true,
      transfer: 'External',
      conferenceSeconds,
      totalDurationSeconds: conferenceSeconds,
    });
  },
  refused: (draft) => {
    draft.answered({ isRefused: true, agentSeconds: 0, acwSeconds: 0, dispositionId: null, endReason: 'Refused' });
    draft.answered({ preQueueSeconds: 0 });
  },
  'callback-reached': (draft) => {
    callback(draft, true);
  },
  'callback-missed': (draft) => {
    callback(draft, false);
  },
  'callback-pending': (draft) => {
    asksForCallback(draft);
  },
  voicemail: (draft) => {
    draft.waited(draft.seconds(60, 240));
    draft.add({ skill: VOICEMAIL_SKILL, mediaTypeId: 5, totalDurationSeconds: draft.seconds(10, 90) });
  },
  outbound: (draft) => {
    draft.answered({ skill: OUTBOUND_SKILL, isOutbound: true, inQueueSeconds: 0, preQueueSeconds: 0 });
  },
  email: (draft) => {
    slow(draft, EMAIL_SKILL, 120);
  },
  chat: (draft) => {
    draft.answered({ skill: CHAT_SKILL });
  },
  digital: (draft) => {
    slow(draft, DIGITAL_SKILL, 120);
  },
  orphan: (draft) => {
    draft.answered({ transfer: 'ReSkill', masterContactId: draft.idAt(7) });
  },
  'late-transfer': (draft) => {
    const first = draft.answered();
    draft.answered({ transfer: 'ReSkill', startMs: after(first, draft.seconds(5, 12) * HOUR_S) });
  },
  // Both inbound, both over at the same millisecond: only the larger id says which is the last.
  tie: (draft) => {
    const first = draft.answered({
      inQueueSeconds: 20,
      agentSeconds: 60,
      preQueueSeconds: 0,
      totalDurationSeconds: 80,
    });
    const second = { preQueueSeconds: 0, abandonSeconds: 40, totalDurationSeconds: 40, abandoned: true };
    draft.waited(40, { ...second, startMs: endOf(first) - 40_000 });
  },
};
