import type { RunPlan } from '../../contract/run.js';
import type { Happening, RunEvents, Step } from '../../client/runs/run-events.js';

type Stage = 'plan' | 'token' | 'submit' | 'poll' | 'pages' | 'transform' | 'deliver' | 'audit';

/** A stretch of the run: a step, or several of one kind that followed one another. */
export interface Episode {
  readonly stage: Stage | 'settle' | 'run';
  readonly from: string;
  /** Null while it is under way. */
  readonly to: string | null;
  /** Calls of the activity; 0 for phases without an activity. */
  readonly calls: number;
  /** In a few words; of the source's and receiver's making. */
  readonly says: readonly string[];
  /** When the single calls ended, the first this many. */
  readonly ticks: readonly string[];
}

/** What happened, in order. */
export interface RunStory {
  readonly episodes: readonly Episode[];
  /** Of these the list was cut: the first and the last ones are there. */
  readonly episodeCount: number;
  readonly polls: number;
  /** Events before this instant are in the history of an execution that the run went on from; null when all are here. */
  readonly continuedAt: string | null;
  /** What the run set out to do; undefined where it did not get that far. */
  readonly plan?: RunPlan;
}

const STAGES: Readonly<Record<string, Stage>> = {
  planRun: 'plan',
  fetchToken: 'token',
  submitQuery: 'submit',
  pollResult: 'poll',
  transform: 'transform',
  syncWebhook: 'deliver',
  writeAudit: 'audit',
};

const EPISODES_AT_AN_END = 30;
const TICKS_MOST = 150;

export function storyOf(events: RunEvents): RunStory {
  const plan = planIn(events);
  const episodes = [
    ...settling(events, plan),
    ...together(events.steps),
    ...events.happenings.map((each) => happened(each, events)),
  ];
  episodes.sort((one, other) => Date.parse(one.from) - Date.parse(other.from));
  return {
    episodes: cut(episodes),
    episodeCount: episodes.length,
    polls: events.steps.filter((step) => stageOf(step) === 'poll').length,
    continuedAt: events.continued ? (events.happenings[0]?.at ?? null) : null,
    ...(plan && { plan }),
  };
}

function cut(episodes: readonly Episode[]): readonly Episode[] {
  if (episodes.length <= 2 * EPISODES_AT_AN_END) return episodes;
  return [...episodes.slice(0, EPISODES_AT_AN_END), ...episodes.slice(-EPISODES_AT_AN_END)];
}

function planIn({ steps, input }: RunEvents): RunPlan | undefined {
  const planned = steps.find(({ name, end }) => name === 'planRun' && end === 'completed')?.answer;
  // Continue-as-new carries the state of the run as the second argument. Both are the worker's own, typed by its contract.
  const carried = (input[1] as { readonly plan?: RunPlan } | undefined)?.plan;
  return (planned as RunPlan | undefined) ?? carried;
}

/** The wait for late data has no activity: it lies between the plan and what came next. */
function settling({ steps }: RunEvents, plan: RunPlan | undefined): readonly Episode[] {
  const [planned, next] = steps;
  if (plan?.settleUntil === undefined || planned?.name !== 'planRun' || planned.endedAt === null) return [];
  const says = [`until ${plan.settleUntil}`];
  return [{ stage: 'settle', from: planned.endedAt, to: next?.scheduledAt ?? null, calls: 0, says, ticks: [] }];
}

/** Polls come by the dozen: those that follow one another are one episode. */
function together(steps: readonly Step[]): Episode[] {
  const episodes: Episode[] = [];
  for (const step of steps) {
    const stage = stageOf(step);
    const isRefreshed = stage === 'token' && episodes.some((episode) => episode.stage === 'token');
    // A token is fetched again in the middle of the polls: that is no news, and would take them apart.
    if (stage === undefined || isRefreshed) continue;
    const last = episodes.at(-1);
    const says = sayingOf(stage, step);
    const ticks = step.endedAt === null ? [] : [step.endedAt];
    if (last?.stage === stage && (stage === 'poll' || stage === 'deliver')) {
      episodes.splice(-1, 1, {
        ...last,
        to: step.endedAt,
        calls: last.calls + 1,
        says: last.says.concat(says),
        ticks: last.ticks.concat(ticks).slice(0, TICKS_MOST),
      });
    } else {
      episodes.push({ stage, from: step.scheduledAt, to: step.endedAt, calls: 1, says: [says], ticks });
    }
  }
  return episodes.map((episode) => ({ ...episode, says: counted(episode.says) }));
}

function stageOf({ name, input, answer }: Step): Stage | undefined {
  const stage = STAGES[name];
  const isCollecting = field(input, 'collect') === true || field(answer, 'state') === 'complete';
  return stage === 'poll' && isCollecting ? 'pages' : stage;
}

const SAYINGS_MOST = 5;

/** `running × 12`; those that came most often first. */
function counted(says: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const each of says) counts.set(each, (counts.get(each) ?? 0) + 1);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const named = sorted.slice(0, SAYINGS_MOST).map(([text, count]) => (count === 1 ? text : `${text} × ${count}`));
  return sorted.length > SAYINGS_MOST ? [...named, `and ${sorted.length - SAYINGS_MOST} other answers`] : named;
}

function sayingOf(stage: Stage, { end, answer, attempts }: Step): string {
  const again = attempts > 1 ? `, begun ${attempts} times` : '';
  if (end === null) return `under way${again}`;
  if (end !== 'completed') return `${end}${again}`;
  return `${answered(stage, answer)}${again}`;
}

/** An answer in a few words, by the shapes that the activities declare. */
function answered(stage: Stage, answer: unknown): string {
  switch (stage) {
    case 'plan':
      return `window ${text(field(field(answer, 'window'), 'label'))}`;
    case 'token':
      return 'a token';
    case 'submit':
      return field(answer, 'state') === 'later' ? `refused: ${text(field(answer, 'reason'))}` : 'accepted';
    case 'poll':
    case 'pages':
      return pollAnswer(answer);
    case 'transform': {
      const rows = field(answer, 'rows');
      return `${text(field(rows, 'kept'))} of ${text(field(rows, 'returned'))} rows kept`;
    }
    case 'deliver':
      return field(answer, 'state') === 'failed'
        ? `receiver: ${text(field(answer, 'reason'))}`
        : text(field(answer, 'state'));
    case 'audit':
      return `entry ${text(field(answer, 'seq'))}`;
  }
}

function pollAnswer(answer: unknown): string {
  const dataset = field(answer, 'dataset');
  switch (field(answer, 'state')) {
    case 'later':
      return text(field(answer, 'reason'));
    case 'more':
      return 'ready';
    case 'complete':
      return `${text(field(dataset, 'rows'))} rows on ${text(field(dataset, 'pages'))} pages`;
    case 'gone':
      return `gone: ${text(field(answer, 'reason'))}`;
    default:
      return text(field(answer, 'message'));
  }
}

function happened({ at, kind, how }: Happening, { continued }: RunEvents): Episode {
  const what = kind === 'started' && continued ? 'continued' : kind;
  const says = how === undefined ? what : `${what}: ${how}`;
  return { stage: 'run', from: at, to: at, calls: 0, says: [says], ticks: [] };
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : 'unknown';
}
