/** Reading the contacts of a window page by page, as rules: what to ask next, and what an answer means for it. */

/** A half-open range of starts, in milliseconds since the epoch. */
export interface Slice {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far a window has been read. Plain data: it may stand in a heartbeat and be gone on with by another worker. */
export interface SheetState {
  /** What is not read yet; the first is under way. Empty: all of it has been read. */
  readonly slices: readonly Slice[];
  readonly skip: number;
  readonly top: number;
  /** What the last page's link says beside `skip` and `top`, as a query; empty unless there was one. */
  readonly link: string;
  /** Stated by the slice's first page; undefined before it, null where it states none. */
  readonly total?: number | null;
  /** Hash of the ids of the page before. */
  readonly lastPage?: string;
  /** Times that the slice under way was begun again. */
  readonly restarts: number;
}

/** What matters of a page. */
export interface PageFacts {
  readonly rows: number;
  readonly total: number | null;
  readonly next: URLSearchParams | undefined;
  /** Hash of the contact ids in their order. */
  readonly ids: string;
}

/** `kept`: go on. `inconsistent`: nothing of the slice may be kept, it is begun again, or given up without a state. */
export type PageVerdict =
  | { readonly kind: 'kept'; readonly state: SheetState; readonly sliceDone: boolean }
  | { readonly kind: 'inconsistent'; readonly state?: SheetState; readonly why: string };

const LARGEST_TOP = 10_000;
const SMALLEST_TOP = 500;
const SHORTEST_SLICE_MS = 60_000;
const MARGIN_MS = 1_000;
const MOST_RESTARTS = 2;

export function beginSheet(window: Slice, top: number = LARGEST_TOP): SheetState {
  return { slices: [window], skip: 0, top, link: '', restarts: 0 };
}

/**
 * The query of the next page. Whether CXone's end is inclusive is unknown, so it is asked a second more on either side.
 * Of a link only what it adds is taken: one that lost `fields` would bring personal data.
 */
export function questionOf(state: SheetState, slice: Slice, more: Readonly<Record<string, string>>): URLSearchParams {
  const query = new URLSearchParams(state.link);
  query.set('startDate', new Date(slice.fromMs - MARGIN_MS).toISOString());
  query.set('endDate', new Date(slice.toMs + MARGIN_MS).toISOString());
  query.set('skip', String(state.skip));
  query.set('top', String(state.top));
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return query;
}

export function afterPage(state: SheetState, page: PageFacts): PageVerdict {
  const { rows, total, next } = page;
  const why = inconsistencyOf(state, page);
  if (why !== undefined) return restart(state, why);
  const skip = state.skip + rows;
  // A link after the last promised contact is looked into all the same: the total may be the one that is wrong.
  const goesOn = next !== undefined ? rows > 0 : total === null ? rows >= state.top : skip < total;
  if (!goesOn) return { kind: 'kept', state: nextSlice(state), sliceDone: true };
  const capped = rows < state.top && next !== undefined && (total === null || skip < total);
  const going = { ...state, skip, total, link: withoutPlace(next), lastPage: page.ids };
  return { kind: 'kept', state: capped ? { ...going, top: rows } : going, sliceDone: false };
}

/** Why a page does not fit the pages before it; undefined when it does. */
function inconsistencyOf(state: SheetState, { rows, total, next, ids }: PageFacts): string | undefined {
  const { skip, top, lastPage } = state;
  const reached = state.total === undefined ? total : state.total;
  // An empty answer after the last contact says nothing of the total.
  const isEnd = rows === 0 && skip > 0 && skip >= (reached ?? skip);
  if (!isEnd && total !== reached) return `the total changed from ${String(reached)} to ${String(total)}`;
  if (rows > 0 && ids === lastPage) return 'a page came twice';
  const after = skip + rows;
  if (reached !== null && after > reached) return `${after} contacts came where ${reached} were promised`;
  const promised = next?.get('skip');
  if (promised !== undefined && promised !== null && promised !== String(after)) {
    return `the next page is said to begin at ${/^\d{1,12}$/.test(promised) ? promised : 'no number'}, not at ${after}`;
  }
  const isShort = rows < top && next === undefined && reached !== null && after < reached;
  return isShort || (rows === 0 && reached !== null && after < reached)
    ? `${after} contacts came where ${reached} were promised`
    : undefined;
}

/** The slice is read again from its start: what was kept of it must go. */
export function restart(state: SheetState, why: string): PageVerdict {
  if (state.restarts >= MOST_RESTARTS) return { kind: 'inconsistent', why };
  const { slices, top, restarts } = state;
  return { kind: 'inconsistent', why, state: { slices, skip: 0, top, link: '', restarts: restarts + 1 } };
}

/** Less at once: fewer rows a page, then a shorter slice. `discard`: what was kept of the slice must go. Undefined: there is no less. */
export function askForLess(state: SheetState): { readonly state: SheetState; readonly discard: boolean } | undefined {
  const [slice, ...rest] = state.slices;
  if (state.top > SMALLEST_TOP) {
    return { state: { ...state, top: Math.max(SMALLEST_TOP, Math.ceil(state.top / 2)), link: '' }, discard: false };
  }
  if (slice === undefined || slice.toMs - slice.fromMs < 2 * SHORTEST_SLICE_MS) return undefined;
  const middle = Math.floor((slice.fromMs + slice.toMs) / 2);
  const halves = [
    { fromMs: slice.fromMs, toMs: middle },
    { fromMs: middle, toMs: slice.toMs },
  ];
  const halved = { slices: [...halves, ...rest], skip: 0, top: state.top, link: '', restarts: state.restarts };
  return { state: halved, discard: state.skip > 0 };
}

function nextSlice({ slices, top }: SheetState): SheetState {
  return { slices: slices.slice(1), skip: 0, top, link: '', restarts: 0 };
}

function withoutPlace(next: URLSearchParams | undefined): string {
  const link = new URLSearchParams(next);
  link.delete('skip');
  link.delete('top');
  return link.toString();
}
