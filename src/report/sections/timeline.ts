import { countOf, countText } from '../../text/number-text.js';
import { durationText } from '../../text/time-text.js';
import { figure } from '../charts/charts.js';
import { html, outside, type Html } from '../page/html.js';
import type { ReportData } from '../data/report-data.js';
import type { Episode, RunStory } from '../data/run-story.js';
import { table } from '../page/table.js';
import { STAGE_NAMES, timelineChart } from '../charts/timeline-chart.js';
import { time, type Section } from './section.js';

/** What happened, stage by stage. */
export function timeline({ story, run, generatedAt }: ReportData): Section {
  const { episodes, continuedAt } = story;
  const until = Date.parse(run.closedAt ?? generatedAt);
  const body = [
    continuedAt !== null &&
      html`<p class="note">
        This is only the last part: the run was long, and Temporal no longer has all of its histories. What happened
        before ${time(continuedAt)} UTC, its polls included, is not shown.
      </p>`,
    episodes.some(({ stage }) => stage !== 'run')
      ? figure({
          id: 'timeline',
          title: 'Timeline of the run',
          says: saying(story),
          ...timelineChart(episodes, until),
          table: listing(story),
        })
      : listing(story),
  ];
  return { id: 'timeline', heading: 'Timeline', body };
}

function saying({ episodes, polls, continuedAt }: RunStory): string {
  const stages = episodes.flatMap((each) => (each.stage === 'run' ? [] : [`${nameOf(each)} ${tookText(each)}`]));
  return `${countOf(polls, 'poll')}${continuedAt === null ? ' in all' : ' in this part'}. ${stages.slice(0, 20).join(', ')}.`;
}

function listing({ episodes, episodeCount }: RunStory): Html {
  return table({
    caption: 'What happened',
    columns: [
      { head: 'From (UTC)' },
      { head: 'Step' },
      { head: 'Took', numeric: true },
      { head: 'Calls', numeric: true },
      { head: 'Result' },
    ],
    rows: episodes.map((each) => [
      time(each.from),
      nameOf(each),
      each.stage === 'run' ? '–' : tookText(each),
      each.calls === 0 ? '–' : countText(each.calls),
      each.says.map((text, index) => [index > 0 && '; ', outside(text)]),
    ]),
    of: episodeCount,
  });
}

function nameOf({ stage }: Episode): string {
  return stage === 'run' ? 'run' : STAGE_NAMES[stage];
}

function tookText({ from, to }: Episode): string {
  return to === null ? 'under way' : durationText(Date.parse(to) - Date.parse(from));
}
