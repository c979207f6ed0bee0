import { countOf } from '../text/number-text.js';
import { agoText, durationText } from '../text/time-text.js';
import { findingsText, runTitle } from '../text/run-title.js';
import { RUN_OUTCOMES, type Phase, type RunOutcome, type RunWord } from '../contract/closed-sets.js';
import type { RunSummary } from '../contract/result/run-description.js';
import type { Progress } from '../contract/result/progress.js';
import { html, outside, shortened, type Html, type Piece } from './page/html.js';
import { page } from './page/page.js';
import { siteHead } from './page/site.js';
import { time } from './sections/section.js';
import { table } from './page/table.js';

/** A run in the list. */
export interface ListedRun {
  readonly run: RunSummary;
  /** Of a run under way: null when no worker answers; absent where nobody was asked. */
  readonly progress?: Progress | null;
  /** Where its report is, a path on this host. */
  readonly reportPath: string;
  /** Where the revisions of its window are; absent before its first step. */
  readonly windowPath?: string;
  /** Rows, where the records have them: they forget nothing, and know no findings. */
  readonly rows?: { readonly returned: number; readonly delivered: number } | null;
  /** In the Temporal UI. */
  readonly temporalUrl?: string;
}

export interface RunsData {
  /** ISO 8601. */
  readonly generatedAt: string;
  /** Newest first. */
  readonly runs: readonly ListedRun[];
  /** What was searched for. */
  readonly search: RunSearch;
  /** The key of the last run, where older ones match. */
  readonly older?: string;
  /** Temporal does not answer: runs that have not begun are missing, and how far others are. */
  readonly withoutTemporal?: boolean;
}

export interface RunSearch {
  readonly text?: string;
  readonly org?: string;
  readonly source?: string;
  readonly state?: RunWord | 'ended';
  readonly outcome?: RunOutcome;
  /** Of a page after the first. */
  readonly before?: string;
}

/** The list of runs, with a form that searches it: its fields come as the query of the same address. */
export function renderRuns({ generatedAt, runs, search, older, withoutTemporal }: RunsData): string {
  const nowMs = Date.parse(generatedAt);
  return page(
    { title: 'Runs · journey metrics', forms: 'self', live: true },
    html`<main>
        ${siteHead('Runs', '/runs-page')} ${form(search)}
        ${runs.length === 0 ? html`<p class="absent">${nobody(search)}</p>` : listing(runs, nowMs)}
        ${withoutTemporal && html`<p class="warning">Temporal does not answer. Runs that have not begun are not listed.</p>`}
        ${pager(search, older)}
      </main>
      <footer><p data-live="as-of">As of ${time(generatedAt)} UTC.</p></footer>`,
  );
}

function nobody(search: RunSearch): string {
  return Object.keys(search).length === 0 ? 'There is no run yet.' : 'No run matches.';
}

/** The way to older runs, and back to the newest. */
function pager(search: RunSearch, older: string | undefined): Piece {
  const { before, ...first } = search;
  if (before === undefined && older === undefined) return '';
  const path = (fields: RunSearch): string => {
    const query = new URLSearchParams(Object.entries(fields)).toString();
    return query === '' ? '/runs-page' : `/runs-page?${query}`;
  };
  return html`<nav aria-label="More runs">
    <ul>
      ${before !== undefined && html`<li><a href="${path(first)}">Newest runs</a></li>`}
      ${older !== undefined && html`<li><a href="${path({ ...first, before: older })}" rel="next">Older runs</a></li>`}
    </ul>
  </nav>`;
}

const STATES = ['running', 'ended'] as const;

function options(words: readonly string[], chosen: string | undefined): readonly Html[] {
  return words.map(
    (each) => html`<option value="${each}" ${each === chosen && html` selected`}>${each.replace('-', ' ')}</option>`,
  );
}

function form({ text = '', org = '', source = '', state, outcome }: RunSearch): Html {
  // An address may have an outcome as its state.
  const ended = outcome ?? RUN_OUTCOMES.find((each) => each === state);
  return html`<form method="get" role="search">
    <label>Name, day or organisation<input type="search" name="text" value="${text}" maxlength="200" /></label>
    <label>Organisation<input type="text" name="org" value="${org}" maxlength="100" /></label>
    <label>Source<input type="text" name="source" value="${source}" maxlength="100" /></label>
    <label
      >State<select name="state">
        <option value="">any</option>
        ${options(STATES, state)}
      </select></label
    >
    <label
      >Outcome<select name="outcome">
        <option value="">any</option>
        ${options(RUN_OUTCOMES, ended)}
      </select></label
    >
    <button type="submit">Search</button>
  </form>`;
}

function listing(runs: readonly ListedRun[], nowMs: number): Html {
  return table({
    caption: 'Runs, newest first',
    columns: [
      { head: 'Run' },
      { head: 'State' },
      { head: 'Found' },
      { head: 'Started' },
      { head: 'Took', numeric: true },
      { head: 'Window' },
      { head: 'Id' },
      { head: 'Temporal' },
    ],
    rows: runs.map(({ run, progress, reportPath, windowPath, rows, temporalUrl }): readonly Piece[] => [
      html`<a href="${reportPath}">${outside(runTitle(run) || run.workflowId, 200)}</a>`,
      live(run, 'state', stateText(run, progress)),
      live(run, 'found', run.findings === null ? rowsText(rows) : findingsText(run.findings)),
      html`<time datetime="${run.startedAt}">${agoText(run.startedAt, nowMs)}</time>`,
      live(
        run,
        'took',
        run.closedAt === null ? '–' : durationText(Date.parse(run.closedAt) - Date.parse(run.startedAt)),
      ),
      windowPath === undefined
        ? '–'
        : html`<a href="${windowPath}">revisions<span class="hidden"> of ${shortened(run.workflowId)}</span></a>`,
      html`<code>${outside(run.workflowId, 90)}</code>`,
      temporalUrl !== undefined && /^https?:\/\//.test(temporalUrl)
        ? html`<a href="${temporalUrl}">events<span class="hidden"> of ${shortened(run.workflowId)}</span></a>`
        : '–',
    ]),
  });
}

/** What the page keeps as it is now. */
function live({ workflowId, runId, state }: RunSummary, what: string, shown: Piece): Html {
  return html`<span data-live="${what} ${workflowId} ${runId}" ${state === 'running' && html` data-running`}
    >${shown}</span
  >`;
}

function rowsText(rows: ListedRun['rows']): string {
  if (rows === undefined || rows === null) return '–';
  return rows.returned === 0 ? 'no rows' : countOf(rows.delivered, 'row');
}

const MARKS: Readonly<Record<string, string>> = {
  completed: 'good',
  unchanged: 'good',
  undelivered: 'bad',
  failed: 'bad',
  terminated: 'bad',
  'timed-out': 'bad',
};

function stateText({ state, outcome, workflowId }: RunSummary, progress: Progress | null | undefined): Piece {
  if (state !== 'running') return html`<span class="${MARKS[outcome ?? state] ?? ''}">${outcome ?? state}</span>`;
  if (progress === undefined) return 'running';
  if (progress === null) return 'running; no worker answers';
  const { polls, pages } = progress;
  const note = pages > 0 ? countOf(pages, 'page') : countOf(polls, 'poll');
  return html`<progress
      max="1"
      value="${shareOf(progress)}"
      aria-label="Progress of ${shortened(workflowId)}"
    ></progress>
    <span class="label">${progress.phase}, ${note}</span>`;
}

/** How much of its way a run has behind it. Of a wait nobody knows the length, so it is the phase that counts. */
function shareOf({ phase, parts, partsDelivered }: Progress): string {
  const within =
    phase === 'delivering' && parts > 0 ? (partsDelivered / parts) * (SHARES.auditing - SHARES.delivering) : 0;
  return (SHARES[phase] + within).toFixed(2);
}

const SHARES: Readonly<Record<Phase, number>> = {
  planning: 0.02,
  settling: 0.05,
  authorising: 0.08,
  submitting: 0.12,
  waiting: 0.2,
  fetching: 0.5,
  transforming: 0.65,
  delivering: 0.75,
  auditing: 0.95,
  finished: 1,
};
