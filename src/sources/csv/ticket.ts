import type { SourceQuery } from '../../contract/request/request.js';
import { readFilter } from './catalogue.js';
import type { Selection } from './columns.js';

/** What a run reads: the job, and which of its rows. */
export interface Ticket extends Selection {
  readonly queryId: string;
}

export function ticketFor(queryId: string, { dateFrom, dateTo, filter }: SourceQuery): string {
  const ticket: Ticket = {
    queryId,
    fromMs: Date.parse(dateFrom),
    toMs: Date.parse(dateTo),
    filter: readFilter(filter),
  };
  return JSON.stringify(ticket);
}

/** Tickets come back as they were written. */
export function readTicket(ticket: string): Ticket {
  return JSON.parse(ticket) as Ticket;
}
