import { withDatabase } from '../../composition/stores.js';
import { openSource } from '../../composition/sources.js';
import { sentenceOf } from '../../config/errors.js';
import type { OrgConfig } from '../../config/orgs/orgs.js';
import type { GateState } from '../../ports/index.js';
import { gateReader } from '../../records/gate/gate-state.js';
import { UsageError } from '../program/errors.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { renderTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

export interface OrgOptions {
  readonly org?: string;
  readonly json?: boolean;
}

/** As the gate has it; by the configuration here, where there is one. */
type Listed = GateState & { readonly configured: boolean };

const DEADLINE_MS = 15_000;

/** `journey-metrics orgs list`. */
export async function listOrgs(terminal: Terminal, { org, json }: OrgOptions): Promise<ExitCode> {
  const listed = await readOrgs(terminal, org);
  if (json) terminal.printJson(listed);
  else if (listed.length === 0)
    terminal.print(
      org === undefined
        ? 'There is no organisation: no worker has started, and none is configured.'
        : `There is no organisation ${org}.`,
    );
  else terminal.print(tableOf(listed, terminal.columns));
  return EXIT.done;
}

/** `journey-metrics orgs show`. */
export async function showOrg(terminal: Terminal, { org = '', json }: OrgOptions): Promise<ExitCode> {
  const [found] = await readOrgs(terminal, org);
  if (!found) throw new UsageError(`there is no organisation ${org}; \`journey-metrics orgs list\` lists them`);
  if (json) terminal.printJson(found);
  else terminal.print(textOf(found));
  return EXIT.done;
}

/** `journey-metrics orgs check`: 1 where a source gives no token. */
export async function checkOrgs(terminal: Terminal, { org, json }: OrgOptions): Promise<ExitCode> {
  const { config, now, scrubber } = terminal;
  const world = { ambient: { now, random: Math.random }, learnSecret: scrubber.learn };
  const chosen = Object.entries(config.orgs().orgs).filter(([each]) => org === undefined || each === org);
  if (chosen.length === 0) throw new UsageError(`there is no organisation ${org ?? ''} in the configuration here`);
  const named = chosen.flatMap(([each, { sources }]) =>
    Object.entries(sources).map(([source, its]) => ({ org: each, source, its })),
  );
  const checks = await Promise.all(
    named.map(async ({ its, ...name }) => {
      const source = openSource(its, world);
      try {
        const { expiresAt } = await source.token(AbortSignal.timeout(DEADLINE_MS));
        return { ...name, ok: true, found: `token until ${expiresAt}` };
      } catch (error) {
        return { ...name, ok: false, found: scrubber.scrub(sentenceOf(error)) };
      } finally {
        await source.close();
      }
    }),
  );
  if (json) terminal.printJson(checks);
  else {
    const rows = checks.map((each) => [each.org, each.source, each.ok ? 'ok' : 'failed', each.found]);
    terminal.print(renderTable([{ head: 'ORG' }, { head: 'SOURCE' }, { head: 'STATE' }, { head: 'FOUND' }], rows));
  }
  return checks.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
}

async function readOrgs({ config }: Terminal, org: string | undefined): Promise<readonly Listed[]> {
  const isConfigured = (['CXONE_CLIENT_ID', 'CXONE_ORGS_FILE'] as const).some(config.isSet);
  const own: Readonly<Record<string, OrgConfig>> = isConfigured ? config.orgs().orgs : {};
  return withDatabase(config.databaseUrl(), async (database, signal) => {
    const reader = gateReader(database);
    const known = org === undefined ? await reader.states(undefined, signal) : [];
    const names =
      org === undefined ? [...new Set([...Object.keys(own), ...known.map((each) => each.org)])].sort() : [org];
    const states = await reader.states(names, signal);
    const listed = states.map((state) => ({
      ...state,
      credential: own[state.org]?.credential ?? state.credential,
      configured: own[state.org] !== undefined,
    }));
    // One that was asked for by name may be of nobody.
    return listed.filter(({ configured, credential }) => configured || credential !== null);
  });
}

function tableOf(listed: readonly Listed[], width: number | undefined): string {
  const columns = [
    { head: 'ORG' },
    ...(['HOLDERS', 'WAITING'] as const).map((head) => ({ head, align: 'right' as const })),
    { head: 'CIRCUIT' },
    { head: 'LAST SUCCESS' },
    { head: 'REQUESTS/H', align: 'right' as const },
    { head: 'CREDENTIAL' },
  ];
  const rows = listed.map(({ org, holders, waiting, circuit, lastSuccess, requestsLastHour, credential }) => [
    ...[org, String(holders.length), String(waiting), circuit],
    ...[lastSuccess ?? '–', String(requestsLastHour), credential ?? '–'],
  ]);
  return renderTable(columns, rows, width);
}

function textOf(state: Listed): string {
  const {
    org,
    credential,
    configured,
    holders,
    waiting,
    circuit,
    openSince,
    nextProbe,
    lastSuccess,
    requestsLastHour,
  } = state;
  const open = `open since ${openSince ?? 'an unknown time'}, next probe at ${nextProbe ?? 'an unknown time'}`;
  const lines = [
    org,
    `credential     ${credential ?? 'unknown'}`,
    `configuration  ${configured ? 'has it' : 'that of this command does not have it'}`,
    `circuit        ${circuit === 'open' ? open : 'closed'}`,
    `last success   ${lastSuccess ?? 'none yet'}`,
    `last hour      ${requestsLastHour} requests`,
    `waiting        ${waiting}`,
    `holders        ${holders.length}`,
    ...holders.map(({ workflowId, runKey, source, since, until, abandoned }) => {
      const left = abandoned ? ', its run has ended' : '';
      return `  ${workflowId ?? runKey} (${source}) since ${since}, until ${until}${left}`;
    }),
  ];
  return lines.join('\n');
}
