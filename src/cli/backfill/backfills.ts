import { createBackfillLine } from './backfill-line.js';
import { printBackfill } from './backfill-start.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { runTable } from '../runs/runs.js';
import { withSession } from '../program/session.js';
import { printState } from '../runs/show-run.js';
import type { Terminal } from '../terminal/terminal.js';

/** `journey-metrics backfill list`: newest first. */
export async function listBackfills(
  terminal: Terminal,
  { limit, org, json }: { readonly limit: number; readonly org?: string; readonly json?: boolean },
): Promise<ExitCode> {
  const backfills = await withSession(terminal, ({ client }) =>
    client.backfills.list({ limit, ...(org !== undefined && { orgs: [org] }) }),
  );
  if (json) terminal.printJson(backfills);
  else if (backfills.length === 0 && org !== undefined) terminal.print('No backfill matches.');
  else if (backfills.length === 0)
    terminal.print('There are no backfills. Start one with `journey-metrics backfill start`.');
  else terminal.print(runTable('BACKFILL', backfills, terminal));
  return EXIT.done;
}

/** `journey-metrics backfill show`. */
export function showBackfill(
  terminal: Terminal,
  workflowId: string,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  return withSession(terminal, async (session) => {
    const description = await session.client.backfills.get(workflowId).describe();
    if (json) terminal.printJson(description);
    else if (description.result) printBackfill(terminal, session, description.result, false);
    else printState(terminal, session, description, createBackfillLine());
    return EXIT.done;
  });
}

interface JsonFlag {
  readonly json?: boolean;
}

/** `journey-metrics backfill pause`. */
export async function pauseBackfill(terminal: Terminal, workflowId: string, { json }: JsonFlag): Promise<ExitCode> {
  await withSession(terminal, ({ client }) => client.backfills.get(workflowId).pause());
  if (json) terminal.printJson({ workflowId, asked: 'pause' });
  else terminal.print(`${workflowId} starts no more slices; active slices continue`);
  return EXIT.done;
}

/** `journey-metrics backfill resume`. */
export async function resumeBackfill(terminal: Terminal, workflowId: string, { json }: JsonFlag): Promise<ExitCode> {
  await withSession(terminal, ({ client }) => client.backfills.get(workflowId).resume());
  if (json) terminal.printJson({ workflowId, asked: 'resume' });
  else terminal.print(`${workflowId} continues`);
  return EXIT.done;
}

/** `journey-metrics backfill width`. */
export async function widenBackfill(
  terminal: Terminal,
  workflowId: string,
  wanted: number,
  { json }: JsonFlag,
): Promise<ExitCode> {
  const width = await withSession(terminal, ({ client }) => client.backfills.get(workflowId).setWidth(wanted));
  if (json) terminal.printJson({ workflowId, width });
  else terminal.print(`${workflowId} now runs ${width} slices in parallel`);
  return EXIT.done;
}

/** `journey-metrics backfill cancel`. */
export async function cancelBackfill(terminal: Terminal, workflowId: string, { json }: JsonFlag): Promise<ExitCode> {
  await withSession(terminal, ({ client }) => client.backfills.get(workflowId).cancel());
  if (json) terminal.printJson({ workflowId, asked: 'cancel' });
  else terminal.print(`${workflowId} is being cancelled: its runs write their audit entries, and then it ends`);
  return EXIT.done;
}
