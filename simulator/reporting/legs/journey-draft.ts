import { hashText, mix, uniform } from '../../seeded.js';
import type { ReportingSettings } from '../settings.js';
import { at, CALLBACK_SKILL, ENTRY_POINTS, HANDLED, PHONE_SKILLS, TEAMS } from './directory.js';
import { endOf, LegDraft, type Leg } from './leg.js';

export const DAY_MS = 86_400_000;
/** Contact ids of one journey: the place of a leg among them is its number. */
const IDS_PER_JOURNEY = 8;
/** Journeys of a day that ids have room for. */
const JOURNEYS_PER_DAY = 1_000_000;

/** More by day than by night, and some in every hour: also in the one that a clock change repeats. */
export function startShare(salt: number): number {
  const within = uniform(mix(salt, START));
  return uniform(mix(salt, HOUR_OF_DAY)) < 0.8 ? 0.5 + within * 0.4 : within;
}

const START = hashText('start');
const HOUR_OF_DAY = hashText('hour');
const LATE = hashText('late');
const RESTATED = hashText('restated');

/** What a script says of a leg; the rest is drawn or blank. */
export type LegPart = Partial<Omit<Leg, 'contactId' | 'late' | 'restated'>>;

/** A journey while it is being made: every number comes from its salt, so that the same journey can be made again. */
export class JourneyDraft {
  readonly legs: LegDraft[] = [];
  readonly settings: ReportingSettings;
  readonly #salt: number;
  readonly #day: number;
  readonly #number: number;
  #draws = 0;

  constructor(salt: number, day: number, number: number, settings: ReportingSettings) {
    this.#salt = salt;
    this.#day = day;
    this.#number = number;
    this.settings = settings;
  }

  /** A number of seconds in `[from, to)`, with a tenth. */
  seconds(from: number, to: number): number {
    return Math.round((from + this.#draw() * (to - from)) * 10) / 10;
  }

  pick<T>(list: readonly T[]): T {
    return at(list, Math.floor(this.#draw() * list.length));
  }

  /** Contact id of the leg at a place; places that no leg takes are ids that no contact has. */
  idAt(place: number): string {
    const number = (this.#day * JOURNEYS_PER_DAY + this.#number) * IDS_PER_JOURNEY + place;
    const digits = String(number);
    return this.settings.wideIds ? `9${digits.padStart(18, '0')}` : digits;
  }

  /** Adds a leg that begins when the one before it ended and has the root as its master, unless told otherwise. */
  add(part: LegPart): Leg {
    return this.#finish(this.#begin(), part);
  }

  /** A leg that an agent took after a while in the queue. */
  answered(part: LegPart = {}): Leg {
    const leg = this.#begin();
    const skill = part.skill ?? this.pick(PHONE_SKILLS);
    const team = this.pick(TEAMS);
    leg.skill = skill;
    leg.mediaTypeId = skill.mediaTypeId;
    leg.team = team;
    leg.agentId = team.id * 100 + Math.floor(this.#draw() * 40);
    leg.preQueueSeconds = this.legs.length === 0 ? this.seconds(5, 60) : 0;
    leg.inQueueSeconds = this.seconds(1, 90);
    leg.agentSeconds = this.seconds(30, 900);
    leg.holdSeconds = this.seconds(0, 30);
    leg.acwSeconds = this.seconds(5, 60);
    leg.dispositionId = HANDLED.id;
    return this.#finish(leg, part);
  }

  /** A leg that ended in the queue. */
  waited(inQueueSeconds: number, part: LegPart = {}): Leg {
    const leg = this.#begin();
    leg.skill = this.pick(PHONE_SKILLS);
    leg.inQueueSeconds = inQueueSeconds;
    leg.preQueueSeconds = this.legs.length === 0 ? this.seconds(5, 60) : 0;
    return this.#finish(leg, part);
  }

  /** The leg of a callback, out to the caller. */
  callback(part: LegPart): Leg {
    const leg = this.#begin();
    leg.skill = CALLBACK_SKILL;
    leg.isOutbound = true;
    return this.#finish(leg, part);
  }

  #begin(): LegDraft {
    return new LegDraft(this.legs[0]?.entryPoint ?? at(ENTRY_POINTS, this.#salt));
  }

  #finish(leg: LegDraft, part: LegPart): Leg {
    const place = this.legs.length;
    const last = this.legs.at(-1);
    leg.contactId = this.idAt(place);
    leg.masterContactId = this.idAt(0);
    leg.startMs = last === undefined ? (this.#day + startShare(this.#salt)) * DAY_MS : endOf(last);
    Object.assign(leg, part);
    leg.startMs = Math.round(leg.startMs);
    if (part.totalDurationSeconds === undefined) {
      leg.totalDurationSeconds = leg.preQueueSeconds + leg.inQueueSeconds + leg.agentSeconds;
    }
    leg.late = uniform(mix(this.#salt, LATE + place)) < this.settings.late;
    leg.restated = uniform(mix(this.#salt, RESTATED + place)) < this.settings.restated;
    this.legs.push(leg);
    return leg;
  }

  #draw(): number {
    this.#draws += 1;
    return uniform(mix(this.#salt, this.#draws));
  }
}
