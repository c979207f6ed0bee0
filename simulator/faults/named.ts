import { z } from 'zod';
import { InvalidSimulatorOption, parseOption } from '../invalid-option.js';
import { faultSchema, OPERATIONS, REPORTING_OPERATIONS, type Fault } from './fault.js';

const MIB = 2 ** 20;

/** Faults by the names that scripts and `--fault NAME@RATE` use. */
export const NAMED_FAULTS = {
  '400': { kind: 'status', status: 400 },
  '401': { kind: 'status', status: 401 },
  '401-revoked': { kind: 'status', status: 401, revokeToken: true },
  '403': { kind: 'status', status: 403 },
  '404': { kind: 'status', status: 404 },
  '410': { kind: 'status', status: 410 },
  '429': { kind: 'status', status: 429, retryAfter: { seconds: 1 } },
  '429-date': { kind: 'status', status: 429, retryAfter: { dateInSeconds: 2 } },
  '429-illegal': { kind: 'status', status: 429, retryAfter: { literal: 'soon' } },
  '429-bare': { kind: 'status', status: 429 },
  '500': { kind: 'status', status: 500 },
  '502': { kind: 'status', status: 502 },
  '502-after': { kind: 'status', status: 502, afterEffect: true },
  '503': { kind: 'status', status: 503 },
  '503-retry-after': { kind: 'status', status: 503, retryAfter: { seconds: 1 } },
  '504': { kind: 'status', status: 504 },
  html: { kind: 'html' },
  'wrong-json': { kind: 'wrong-json' },
  redirect: { kind: 'redirect' },
  'drop-before': { kind: 'drop' },
  'drop-after': { kind: 'drop', afterEffect: true },
  'reset-before': { kind: 'drop', reset: true },
  'reset-after': { kind: 'drop', reset: true, afterEffect: true },
  running: { kind: 'query-status', status: 'RUNNING' },
  failed: { kind: 'query-status', status: 'FAILED' },
  cancelled: { kind: 'query-status', status: 'CANCELLED' },
  expired: { kind: 'query-status', status: 'EXPIRED' },
  'wrong-total': { kind: 'wrong-total' },
  'page-loop': { kind: 'page-loop' },
  'other-query': { kind: 'other-query' },
  'repeated-rows': { kind: 'repeated-rows' },
  'strange-rows': { kind: 'strange-rows' },
  'no-location': { kind: 'location', value: null },
  'hostile-location': { kind: 'location', value: '.attacker.invalid/api/v2/reporting/analytics/results/1' },
  slow: { kind: 'slow', delayMs: 2_000 },
  drip: { kind: 'drip', bytes: 16, everyMs: 100 },
  truncated: { kind: 'truncated' },
  'length-above': { kind: 'wrong-length', by: 64 },
  'length-below': { kind: 'wrong-length', by: -8 },
  'cut-json': { kind: 'cut-json' },
  'gzip-bomb': { kind: 'gzip-bomb', bytes: 256 * MIB },
  oversized: { kind: 'oversized', bytes: 256 * MIB },
} as const satisfies Record<string, z.input<typeof faultSchema>>;

export type FaultName = keyof typeof NAMED_FAULTS;

/** A fault and what the journal calls it. */
export interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
}

/** An inline fault goes by its kind, or by its status. */
function nameOf(fault: Fault): string {
  if (fault.kind === 'status') return String(fault.status);
  return fault.kind === 'query-status' ? fault.status.toLowerCase() : fault.kind;
}

const names = Object.keys(NAMED_FAULTS) as FaultName[];

const nameSchema = z.enum(names);

const specSchema = z.union(
  [
    nameSchema.transform((name): NamedFault => ({ name, fault: faultSchema.parse(NAMED_FAULTS[name]) })),
    faultSchema.transform((fault): NamedFault => ({ name: nameOf(fault), fault })),
  ],
  { error: `neither a fault nor one of ${names.join(', ')}` },
);

const onSchema = z.enum([...OPERATIONS, ...REPORTING_OPERATIONS, 'any']).default('any');

/**
 * Spares a request whose subject (the query, the submission, the message) has been struck this many times already by rules
 * that have this: so that a run can be sure to end well, however many faults there are.
 */
const perSubjectSchema = z.int().positive().optional();

/** From the `nth` matching request on, strikes `times` requests that it applies to. Requests count from when the rule was set. */
const scriptedFaultSchema = z.strictObject({
  on: onSchema,
  nth: z.int().positive().default(1),
  times: z.int().positive().default(1),
  perSubject: perSubjectSchema,
  fault: specSchema,
});

/** Strikes that share of the matching requests; with `times`, each strike goes on for that many requests (a burst). */
const faultRateSchema = z.strictObject({
  on: onSchema,
  rate: z.number().min(0).max(1),
  times: z.int().positive().default(1),
  perSubject: perSubjectSchema,
  fault: specSchema,
});

export const faultScheduleSchema = z.strictObject({
  script: z.array(scriptedFaultSchema).default([]),
  rates: z.array(faultRateSchema).default([]),
});

/** What to do wrong, and when. Of several rules that are due, the first one set strikes. */
export type FaultSchedule = z.input<typeof faultScheduleSchema>;
export type FaultRate = z.input<typeof faultRateSchema>;

/**
 * Reads `NAME[:OPERATION]@RATE[xTIMES]`, e.g. `503:poll@0.05x3`.
 * @throws InvalidSimulatorOption saying what is wrong and which names there are
 */
export function parseFaultRate(text: string): FaultRate {
  const groups = /^(?<fault>[\w-]+)(?::(?<on>\w+))?@(?<rate>[\d.]+)(?:x(?<times>\d+))?$/.exec(text)?.groups;
  if (groups === undefined) {
    throw new InvalidSimulatorOption(
      `"${text}" is not a fault: write NAME@RATE, NAME:OPERATION@RATE or NAME@RATExTIMES.`,
    );
  }
  const { fault, on, rate, times } = groups;
  const written = { fault, on, rate: Number(rate), ...(times !== undefined && { times: Number(times) }) };
  const { fault: injected, ...rule } = parseOption(faultRateSchema, written, `fault "${text}"`);
  return { ...rule, fault: nameSchema.parse(injected.name) };
}
