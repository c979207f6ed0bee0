/** The tenant's skills, teams and their neighbours: the same for every seed, without anything of a person. */

export interface Skill {
  readonly skillId: number;
  readonly skillName: string;
  readonly campaignId: number;
  readonly campaignName: string;
  readonly mediaTypeId: number;
  readonly isOutbound: boolean;
}

interface Named {
  readonly id: number;
  readonly name: string;
}

const CAMPAIGNS: readonly Named[] = [
  { id: 301, name: 'Sales' },
  { id: 302, name: 'Service' },
];

function skill(skillId: number, skillName: string, campaign: number, mediaTypeId = 4, isOutbound = false): Skill {
  const { id, name } = at(CAMPAIGNS, campaign);
  return { skillId, skillName, campaignId: id, campaignName: name, mediaTypeId, isOutbound };
}

export const PHONE_SKILLS: readonly Skill[] = [
  skill(4001, 'New orders', 0),
  skill(4002, 'Billing', 1),
  skill(4003, 'Delivery, returns', 1),
  skill(4004, 'Technical help', 1),
];
export const VOICEMAIL_SKILL = skill(4010, 'Voicemail', 1, 5);
export const OUTBOUND_SKILL = skill(4020, 'Welcome calls', 0, 4, true);
export const CALLBACK_SKILL = skill(4021, 'Callbacks', 1, 4, true);
export const EMAIL_SKILL = skill(4030, 'Email', 1, 1);
export const CHAT_SKILL = skill(4031, 'Chat', 1, 3);
export const DIGITAL_SKILL = skill(4032, 'Digital', 1, 9);
export const SKILLS: readonly Skill[] = [
  ...PHONE_SKILLS,
  VOICEMAIL_SKILL,
  OUTBOUND_SKILL,
  CALLBACK_SKILL,
  EMAIL_SKILL,
  CHAT_SKILL,
  DIGITAL_SKILL,
];

export const TEAMS: readonly Named[] = [
  { id: 201, name: 'North' },
  { id: 202, name: 'South' },
  { id: 203, name: 'Second line' },
];

export const ENTRY_POINTS: readonly Named[] = [
  { id: 7001, name: 'Orders line' },
  { id: 7002, name: 'Service line' },
  { id: 7003, name: 'Help line' },
];

export const MEDIA: Readonly<Record<number, string>> = {
  1: 'Email',
  3: 'Chat',
  4: 'Call',
  5: 'VoiceMail',
  6: 'Work Item',
  7: 'SMS',
  8: 'Social',
  9: 'Digital',
};

export const TRANSFERS = ['None', 'ReSkill', 'ReAgent', 'Consult', 'TakeOver', 'External'] as const;
export type Transfer = (typeof TRANSFERS)[number];

/** The disposition of a caller whom the IVR served: what a definition may name as its marker. */
export const SERVED = { id: 901, name: 'Self served' };
export const HANDLED = { id: 902, name: 'Handled' };

/** By category and id, as the description call lists them. */
export const CONTACT_STATES: readonly (readonly [id: number, description: string, category: string])[] = [
  [2, 'PreQueue', 'PreQueue'],
  [3, 'InQueue', 'InQueue'],
  [4, 'Active', 'Active'],
  [9, 'Callback', 'Callback'],
  [17, 'Released', 'Released'],
  [18, 'EndContact', 'EndContact'],
];

/** The element at a position, counted round and round. @throws RangeError for an empty list */
export function at<T>(list: readonly T[], position: number): T {
  const found = list[position % list.length];
  if (found === undefined) throw new RangeError('The list is empty.');
  return found;
}
