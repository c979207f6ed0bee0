import { countOf, countText } from '../text/number-text.js';
import { agoText, durationText } from '../text/time-text.js';
import { findingsText, runTitle } from '../text/run-title.js';
import { RUN_WORDS, type Phase, type RunWord } from '../contract/closed-sets.js';
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
  /** In the Temporal UI. */
  readonly temporalUrl?: string;
}

export interface RunsData {
  /** ISO 8601. */
  readonly generatedAt: string;
  /** Newest first. */
  readonly runs: readonly ListedRun[];
  /** What was searched for. */
  readonly search: { readonly text?: string; readonly state?: RunWord };
  /** More were found, which are not listed. */
  readonly cut: boolean;
  /** Absent where every run was searched; else this many, the newest. */
  readonly searched?: number;
}

/** The list of runs, with a form that searches it: its fields `text` and `state` come as the query of the same address. */
export function renderRuns({ generatedAt, runs, search, cut, searched }: RunsData): string {
  const nowMs = Date.parse(generatedAt);
  return page(
    { title: 'Runs · journey metrics', forms: 'self' },
    html`<main>
        ${siteHead('Runs', '/runs-page')} ${form(search)}
        ${runs.length === 0 ? html`<p class="absent">${nobody(search)}</p>` : listing(runs, nowMs)}
        ${cut && html`<p class="note">These are the newest ${countText(runs.length)}. There are more: search for a part of their name, their organisation, or a day or month of their window.</p>`}
        ${searched !== undefined && html`<p class="note">Only the newest ${countText(searched)} runs were looked through: older ones are not found here.</p>`}
      </main>
      <footer><p>As of ${time(generatedAt)} UTC.</p></footer>`,
  );
}

function nobody({ text, state }: RunsData['search']): string {
  return text === undefined && state === undefined ? 'There is no run yet.' : 'No run matches.';
}

function form({ text = '', state }: RunsData['search']): Html {
  const options = RUN_WORDS.map(
    (each) => html`<option value="${each}" ${each === state && html` selected`}>${each.replace('-', ' ')}</option>`,
  );
  return html`<form method="get" role="search">
    <label>Name, day or organisation<input type="search" name="text" value="${text}" maxlength="200" /></label>
    <label
      >State<select name="state">
        <option value="">any</option>
        ${options}
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
      { head: 'Id' },
      { head: 'Temporal' },
    ],
    rows: runs.map(({ run, progress, reportPath, temporalUrl }): readonly Piece[] => [
      html`<a href="${reportPath}">${outside(runTitle(run) || run.workflowId, 200)}</a>`,
      stateText(run, progress),
      run.findings === null ? '–' : findingsText(run.findings),
      html`<time datetime="${run.startedAt}">${agoText(run.startedAt, nowMs)}</time>`,
      run.closedAt === null ? '–' : durationText(Date.parse(run.closedAt) - Date.parse(run.startedAt)),
      html`<code>${outside(run.workflowId, 90)}</code>`,
      temporalUrl !== undefined && /^https?:\/\//.test(temporalUrl)
        ? html`<a href="${temporalUrl}">events<span class="hidden"> of ${shortened(run.workflowId)}</span></a>`
        : '–',
    ]),
  });
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
