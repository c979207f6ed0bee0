import type { ServerResponse } from 'node:http';
import { alter } from '../faults/alter.js';
import { preventsEffect, type FaultPoint } from '../faults/fault.js';
import type { FaultPlan } from '../faults/plan.js';
import type { Journal } from '../journal.js';
import { applies, type ArrivedRequest, type Outcome } from './reply.js';
import { transmit } from './transmit.js';

/** What the journal says of every request. */
export interface JournaledRequest {
  readonly operation: FaultPoint | 'other';
  readonly method: string;
  /** Without its query string. */
  readonly path: string;
  /** Whether the request was carried out: a token issued, a query created, a poll counted, a page served, rows taken in. */
  readonly effect: boolean;
  /** Null when the connection was closed without an answer. */
  readonly status: number | null;
  /** Name of the fault that struck. */
  readonly fault?: string;
}

interface Exchange<Facts extends object> {
  readonly request: ArrivedRequest;
  readonly response: ServerResponse;
  readonly outcome: Outcome<Facts>;
  readonly faults: FaultPlan;
  readonly journal: Journal<Facts & JournaledRequest>;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Carries a request out, or not, as the faults will; journals it; answers it. In this order, so that no answer is without its entry. */
export async function conduct<Facts extends object>(exchange: Exchange<Facts>): Promise<void> {
  const { request, response, outcome, faults, journal, nowMs, signal } = exchange;
  const { operation, subject } = outcome;
  const picked =
    operation === 'other' ? undefined : faults.pick(operation, (fault) => applies(fault, outcome), subject);
  const effect = outcome.effect !== undefined && !preventsEffect(picked?.fault);
  if (effect) outcome.effect();
  if (picked?.fault.kind === 'status' && picked.fault.revokeToken) outcome.revokeToken?.();
  const reply = picked === undefined ? outcome.reply : alter(outcome, picked.fault, nowMs);
  journal.append({
    ...outcome.facts,
    operation,
    method: request.method,
    path: request.url.pathname,
    effect,
    status: reply?.status ?? null,
    ...(picked !== undefined && { fault: picked.name }),
  });
  await transmit(response, reply, picked?.fault, signal);
}
