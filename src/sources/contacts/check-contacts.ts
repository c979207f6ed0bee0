import type { CheckStep } from '../../ports/index.js';
import { tried } from '../reporting/check-access.js';
import { absentFields } from '../reporting/contact-fields.js';
import { detectNames } from '../reporting/pages.js';
import type { Slice } from '../reporting/sheet-state.js';
import { summaryOf, type Inspecting } from './inspect.js';
import { refusedMetrics } from './prepare-journeys.js';
import { isLater } from './read-day.js';
import { DAY_MS } from './reading.js';

const CONTACTS = {
  Forbidden: 'docs/connect-cxone.md lists the permissions of the service user',
  QueryRejected: 'set sources.*.apiVersion in CXONE_ORGS_FILE to a version that the tenant has',
  MalformedResponse: 'set sources.*.apiVersion in CXONE_ORGS_FILE to a version whose contacts have these fields',
} as const;
const SEES_NONE =
  'look at another day with `journey-metrics sources check`; a user with Views or team limits may see no contacts';
const SUMS = 'give the user of the access key the right to read reports of skills, or leave it so';

/** What a run on contacts needs beyond a token: one contact, CXone's own sums, and a definition that gives its metrics. */
export function contactsSteps(
  inspecting: Inspecting,
  nowMs: number,
  signal: AbortSignal,
): readonly (() => Promise<CheckStep>)[] {
  const fromMs = Math.floor(nowMs / DAY_MS) * DAY_MS - 2 * DAY_MS;
  const slice = { fromMs, toMs: fromMs + DAY_MS };
  return [
    () => tried('contacts', CONTACTS, () => lookAtContacts(inspecting, slice, signal)),
    () => tried('sums by skill', {}, () => lookAtSums(inspecting, slice, signal)),
    () => Promise.resolve(definitionStep(inspecting)),
  ];
}

type Found = Omit<CheckStep, 'step'>;

async function lookAtContacts(inspecting: Inspecting, slice: Slice, signal: AbortSignal): Promise<Found> {
  const day = new Date(slice.fromMs).toISOString().slice(0, 10);
  const names = await detectNames(inspecting, slice, signal);
  if (names === undefined) return { status: 'warn', found: `none on ${day} in UTC`, remedy: SEES_NONE };
  if (isLater(names)) {
    return { status: 'warn', found: `CXone asks to come back later (${names.reason})`, remedy: 'try again later' };
  }
  const absent = absentFields(names);
  const without = absent.length === 0 ? '' : `; without ${absent.join(', ')}`;
  return { status: 'ok', found: `seen on ${day} in UTC, spelled ${names.startMs ?? ''}${without}` };
}

async function lookAtSums(inspecting: Inspecting, slice: Slice, signal: AbortSignal): Promise<Found> {
  const summary = await summaryOf(inspecting, slice, signal);
  if (summary === 'given') return { status: 'ok', found: summary };
  return { status: 'warn', found: `${summary}; runs are not reconciled, and otherwise the same`, remedy: SUMS };
}

function definitionStep({ definition }: Inspecting): CheckStep {
  const step = 'definition';
  const found = `${definition.name} version ${definition.version}`;
  const [first, ...others] = refusedMetrics(definition);
  if (first === undefined) return { step, status: 'ok', found: `${found} gives every metric` };
  const and = others.length === 0 ? '' : ` and ${others.length} more`;
  return { step, status: 'warn', found: `${found} refuses ${first.name}${and}`, remedy: first.reason };
}
