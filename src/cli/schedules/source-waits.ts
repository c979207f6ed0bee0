import { ConfigError } from '../../config/errors.js';
import { durationName } from '../../client/schedules/schedule-spec.js';
import { openNamedSource } from '../sources/named-source.js';
import type { Terminal } from '../terminal/terminal.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** From when a horizon has passed until everything of it is in the answers. */
const AFTER_HORIZON_MS = 30 * MINUTE_MS;

/** Days of a window that a schedule reads once it is over. */
const WINDOW_DAYS: Readonly<Record<string, number>> = { yesterday: 1, 'previous-week': 7, 'previous-month': 28 };

interface Asked {
  readonly request: unknown;
  readonly lookback?: number | undefined;
}

/**
 * What a schedule should say where its source makes journeys, and it does not: how long to wait after a window, and how
 * many windows to read again until their longest horizon has passed. The last of these is then final.
 */
export async function withSourceWaits<T extends Asked>(terminal: Terminal, asked: T): Promise<T> {
  const request = fieldsOf(asked.request);
  const window = fieldsOf(request?.['window']);
  const days = WINDOW_DAYS[String(window?.['relative'])];
  if (request === undefined || window === undefined || days === undefined) return asked;
  const horizons = await horizonsOf(terminal, request);
  if (horizons === undefined) return asked;
  const settle = window['settle'] ?? durationName(horizons.nearMs + AFTER_HORIZON_MS);
  const lookback = asked.lookback ?? 1 + Math.ceil(horizons.farMs / (days * DAY_MS));
  return { ...asked, request: { ...request, window: { ...window, settle } }, lookback };
}

/** Undefined where this command's configuration does not know the source, or it has no horizons. */
async function horizonsOf(
  terminal: Terminal,
  { org, source: name }: Readonly<Record<string, unknown>>,
): Promise<{ readonly nearMs: number; readonly farMs: number } | undefined> {
  const asked = { ...(typeof org === 'string' && { org }), ...(typeof name === 'string' && { source: name }) };
  try {
    const { source } = openNamedSource(terminal, asked);
    await source.close();
    return source.horizons;
  } catch (error) {
    // The worker knows its sources; a schedule can be made where nobody does.
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
