import { z } from 'zod';
import { KINDS } from './legs/kinds.js';

const share = (usual: number) => z.number().min(0).max(1).default(usual);
const day = z.iso.date();

/** What the tenant's contacts are like. */
const dataShape = {
  seed: z.string().default('contacts'),
  journeysPerDay: z.int().min(0).max(1_000_000).default(400),
  /** Kinds of journeys that there are; all unless given. */
  only: z.array(z.enum(KINDS)).min(1).optional(),
  /** UTC days before this one hold nothing. */
  firstDay: day.optional(),
  /** UTC days on which no journey begins. */
  emptyDays: z.array(day).default([]),
  /** Contact ids of 19 digits, which a double cannot hold. */
  wideIds: z.boolean().default(false),
  /** Whether a caller who hangs up in the IVR is flagged `abandoned`. */
  hangUpsAbandoned: z.boolean().default(true),
  /** Legs that come late, and legs whose after-call work and disposition come late. */
  late: share(0.01),
  restated: share(0.01),
  /** While true, late legs are absent and restated legs show their first values. */
  held: z.boolean().default(false),
  /** Legs that this access key may see: Views leave the others out without a word. */
  visible: share(1),
  /** Minutes from the end of a contact until it is in an answer. */
  delayMinutes: z.number().nonnegative().default(15),
};

/** How the tenant answers. Every default is the form that public clients met most often. */
const answerShape = {
  /** `contactStart` and its neighbours, `contactStartDate` and its neighbours, or both side by side. */
  names: z.enum(['wire', 'spec', 'both']).default('wire'),
  /** `text`: every value is a string; `commas`: durations have thousands commas as well. */
  values: z.enum(['json', 'text', 'commas']).default('json'),
  /** All of the document stands under `resultSet`, as text. */
  wrapper: z.boolean().default(false),
  /** What `_links.next` names: this server and version, a newer version, another host, or nothing at all. */
  links: z.enum(['own', 'next-version', 'elsewhere', 'absent']).default('next-version'),
  totals: z.boolean().default(true),
  topCap: z.int().positive().default(10_000),
  /** A page of more rows, or a window of more hours, is answered 408. */
  timeoutAboveRows: z.int().positive().optional(),
  timeoutAboveHours: z.number().positive().optional(),
  /** Whether a contact that starts at `endDate` itself is in the answer. */
  endInclusive: z.boolean().default(false),
  unknownFields: z.enum(['refused', 'ignored']).default('refused'),
  orderBy: z.enum(['honoured', 'refused']).default('honoured'),
  newestVersion: z.int().positive().default(35),
  /** Paths below the version that this access key may not read, e.g. `skills/summary`. */
  forbidden: z.array(z.string()).default([]),
  /** Offered contacts in `skills/summary` that no leg explains. */
  unexplained: z.int().nonnegative().default(0),
  summaryValues: z.enum(['json', 'text']).default('text'),
  /** Form of refusals; `usual`: each place has its own, as documented. */
  errors: z.enum(['usual', 'spec', 'oauth', 'gateway', 'header', 'analytics', 'digital']).default('usual'),
};

const issuerShape = {
  clientAuth: z.enum(['either', 'basic', 'post']).default('either'),
  expiresIn: z.enum(['number', 'text', 'absent']).default('number'),
  /** Which token names the tenant. */
  tenantClaim: z.enum(['both', 'id_token', 'access_token', 'neither']).default('both'),
  /** Whether the configuration states `api_endpoint`; else a client makes it of `area` and `domain`. */
  apiEndpoint: z.boolean().default(true),
};

/** Data Extraction jobs and custom reports. */
const filesShape = {
  /** Seconds between two POSTs; sooner, or while a job runs, is a 403. */
  jobGapS: z.number().nonnegative().default(31),
  /** Times that a job is seen running, and how it ends then; no document has the last word. */
  jobPolls: z.int().nonnegative().default(1),
  jobEnds: z.enum(['SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'ARCHIVED']).default('SUCCEEDED'),
  jobErrorKey: z.enum(['errorMessage', 'messageError']).default('errorMessage'),
  /** Life of a result's address. */
  resultUrlS: z.number().positive().default(30),
  /** Whether files begin with a byte order mark. */
  bom: z.boolean().default(true),
  reportIds: z.array(z.string()).default(['350047']),
  /** Whether reports have a column of direction; the usual one has none. */
  reportDirection: z.boolean().default(false),
  /** The zone of a report's times, without daylight saving: Central Standard Time. */
  reportOffsetMinutes: z.int().min(-840).max(840).default(-360),
};

export const reportingSettingsSchema = z.strictObject({ ...dataShape, ...answerShape, ...issuerShape, ...filesShape });

export type ReportingSettings = z.output<typeof reportingSettingsSchema>;
/** What is not named has its default. */
export type ReportingSettingsInput = z.input<typeof reportingSettingsSchema>;
