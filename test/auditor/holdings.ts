import type { Evidence } from './evidence.js';
import type { ReceiverEntry } from './journals.js';
import { EvidenceError, OBJECTS, TEXT, WHOLE, type Line } from './line.js';
import type { Row } from './numbers.js';
import { grouped } from './verdict.js';

/** A revision of which every part was taken in. */
export interface HeldRevision {
  readonly revision: number;
  /** In order. */
  readonly parts: readonly ReceiverEntry[];
}

/** What the receiver holds, by delivery: its complete revisions, oldest first. */
export function holdings({ receiver }: Evidence): ReadonlyMap<string, readonly HeldRevision[]> {
  const takenIn = receiver.filter(
    ({ effect, verdict, slot }) => effect && verdict === 'accepted' && slot !== undefined,
  );
  const deliveries = grouped(takenIn, ({ slot }) => slot?.deliveryId);
  return new Map([...deliveries].map(([deliveryId, entries]) => [deliveryId, completeRevisions(entries)]));
}

function completeRevisions(entries: readonly ReceiverEntry[]): readonly HeldRevision[] {
  const revisions = grouped(entries, ({ slot }) => String(slot?.revision));
  return [...revisions]
    .map(([revision, taken]) => {
      const byPart = new Map(taken.map((entry) => [entry.slot?.part, entry]));
      const count = taken[0]?.slot?.parts ?? 0;
      const parts = Array.from({ length: count }, (_, part) => byPart.get(part)).filter((part) => part !== undefined);
      return { revision: Number(revision), count, parts };
    })
    .filter(({ parts, count }) => parts.length === count)
    .toSorted((a, b) => a.revision - b.revision);
}

/** A revision put together again from the bytes that came. */
export interface Reassembled {
  readonly queryId: string;
  readonly rows: readonly Row[];
  /** What every part says about the whole, in JSON: no two may differ. */
  readonly summaries: ReadonlySet<string>;
  /** The same of the first part, to be read. */
  readonly head: Line;
}

/** @throws EvidenceError where a body is no payload, or says that it belongs elsewhere */
export function reassembled(evidence: Evidence, { parts }: HeldRevision): Reassembled {
  const bodies = parts.map((entry) => bodyOf(evidence, entry));
  const [head] = bodies;
  if (head === undefined) throw new EvidenceError('a revision without parts');
  return {
    queryId: head.must('queryId', TEXT),
    rows: bodies.flatMap((body) => body.must('metrics', OBJECTS)),
    summaries: new Set(bodies.map(summaryOf)),
    head,
  };
}

function bodyOf(evidence: Evidence, { place, sha256, slot }: ReceiverEntry): Line {
  if (sha256 === undefined || slot === undefined) throw new EvidenceError(`${place}: taken in without hash or place`);
  const body = evidence.bodyOf(sha256);
  const part = body.within('part');
  const said = [
    body.must('deliveryId', TEXT),
    body.must('revision', WHOLE),
    part.must('index', WHOLE),
    part.must('count', WHOLE),
  ];
  const taken = [slot.deliveryId, slot.revision, slot.part, slot.parts];
  if (said.join(' ') === taken.join(' ')) return body;
  throw new EvidenceError(`${body.place}: it says ${said.join(' ')}, ${place} says ${taken.join(' ')}`);
}

/** Everything but rows, part and what merely names the sending. */
function summaryOf({ value }: Line): string {
  const { summary, sampling, completeness, quality } = value;
  return JSON.stringify({ summary, sampling, completeness, quality });
}
