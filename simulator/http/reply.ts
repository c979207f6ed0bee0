import type { IncomingHttpHeaders } from 'node:http';
import type { Fault, FaultPoint } from '../faults/fault.js';
import type { Row } from '../rows/row-source.js';

/** A request whose body has arrived. */
export interface ArrivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** Null when it was larger than the server takes. */
  readonly body: Buffer | null;
}

/** An answer before it is bytes: objects are sent as JSON, strings as HTML. */
export interface Reply {
  readonly status: number;
  /** A list is a header that comes several times. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: object | string;
}

/** The document of a result page, in the order of its keys on the wire. */
export interface PageDocument {
  readonly queryId: string;
  readonly status: 'COMPLETED';
  readonly data: readonly Row[];
  readonly nextPageToken?: string;
  readonly totalCount?: number;
  readonly truncated?: true;
}

/** The document in a reply's body, and the token that asks for this very page. */
export interface ServedPage {
  readonly document: PageDocument;
  readonly ownToken: string;
  /** Of the page before this one; absent for the first. */
  readonly rowsBefore?: readonly Row[];
}

/** What a server would do about a request, before any of it is done: faults come in between. */
export interface Outcome<Facts extends object> {
  /** `other`: a path that no fault strikes. */
  readonly operation: FaultPoint | 'other';
  /** What the request is about: the submission, the query, the message. Faults may spare one that they struck before. */
  readonly subject?: string;
  readonly reply: Reply;
  /** What the journal says beside operation, status and fault. */
  readonly facts: Facts;
  /** Carries the request out. Absent when it is refused, or changes nothing because it was carried out before. */
  readonly effect?: () => void;
  /** Of a result page. */
  readonly page?: ServedPage;
  /** The fault in the words of the server's own API; undefined: as everywhere else. */
  readonly spoilt?: (fault: Fault) => Reply | undefined;
  readonly revokeToken?: () => void;
}

/** Whether the fault would change anything about the answer. */
export function applies(fault: Fault, { operation, reply, page, spoilt }: Outcome<object>): boolean {
  if (spoilt?.(fault) !== undefined) return true;
  switch (fault.kind) {
    case 'wrong-total':
    case 'page-loop':
    case 'other-query':
    case 'strange-rows':
      return page !== undefined;
    case 'repeated-rows':
      return page?.rowsBefore !== undefined && page.rowsBefore.length >= page.document.data.length;
    case 'query-status':
      return (operation === 'poll' || operation === 'page') && reply.status < 300;
    case 'location':
      return operation === 'submit' && reply.status === 202;
    default:
      return true;
  }
}
