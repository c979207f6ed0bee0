const NAMED = {
  channel: 'text',
  channelLabel: 'text',
  queue: 'text',
  queueLabel: 'text',
  entryPoint: 'text',
  entryPointLabel: 'text',
  campaign: 'text',
  campaignLabel: 'text',
  team: 'text',
  teamLabel: 'text',
} as const;

/** Of a record for each journey, in their order. */
export const JOURNEY_COLUMNS = {
  rootId: 'text',
  start: 'instant',
  end: 'instant',
  outcome: 'text',
  outcomeClass: 'text',
  final: 'boolean',
  ...NAMED,
  legs: 'integer',
  transfers: 'integer',
  waitSeconds: 'number',
  talkSeconds: 'number',
} as const;

/** Of a record for each leg. */
export const LEG_COLUMNS = {
  contactId: 'text',
  masterContactId: 'text',
  rootId: 'text',
  start: 'instant',
  durationSeconds: 'number',
  ...NAMED,
  preQueueSeconds: 'number',
  queueSeconds: 'number',
  agentSeconds: 'number',
  afterCallSeconds: 'number',
  abandonSeconds: 'number',
  callbackSeconds: 'number',
  outbound: 'boolean',
  abandoned: 'boolean',
  shortAbandon: 'boolean',
  refused: 'boolean',
  transfer: 'text',
  agentId: 'text',
  disposition: 'text',
} as const;
