import { isJsonObject, type JsonObject } from '../http/json-body.js';

/**
 * What a page says of the result beside its rows, in whatever words. Names are compared without case, `_`, `-`, `.`,
 * `@` and `$`; a value may be a boolean, a number or a text. Of objects only those are read that usually hold such facts.
 */
export interface PageFacts {
  /** The key that says that the result was cut short; absent where none does. */
  readonly cutBy?: string;
  /** The key that says that a further page exists, beside the token of the next one: a defect without a token. */
  readonly moreBy?: string;
  /** The largest number of rows of the whole result that the page states. */
  readonly statedRows?: number;
  /** The largest number of pages of the whole result that the page states. */
  readonly statedPages?: number;
}

/** The keys that the analytics API has itself. They have their own rules. */
const OWN = new Set(['status', 'queryId', 'totalCount', 'nextPageToken', 'data']);

const KIND = '(?:is|was|were|are|has|have|had|been|be)*';
const THING = '(?:all|the|of|result|results|response|data|rows?|records?|items?|output|page|pages|set|list|query)*';
const CUT = new RegExp(
  `^${KIND}${THING}${KIND}(?:truncated|truncation|capped|clipped|cut|cutoff|cutshort|partial|partially|partialcontent|incomplete|limited|limit(?:was)?(?:reached|exceeded|hit)|exceed(?:s|ed)?limit)${THING}$`,
);
const LIMIT_REACHED = /(?:limit|cap|max(?:imum)?(?:rows|records|results)?)(?:was|is)?(?:reached|exceeded|hit)$/;
const WHOLE = new RegExp(`^${KIND}${THING}${KIND}(?:complete|exhausted|exhaustive)$`);
const MORE = new RegExp(
  `^${KIND}(?:there)?${KIND}(?:any)?(?:more|additional|remaining|further)${THING}${KIND}(?:available|exists?|toload|tofetch|tofollow|left|remaining|count)?$`,
);
const HAS_NEXT = new RegExp(
  `^${KIND}next(?:page|pages|result|results|batch|set|chunk|rows?|records?)?(?:available|exists)?$`,
);
const REMAINING = /^(?:rows|records|results|items|pages)(?:left|remaining)$/;
const LAST =
  /^(?:is|was)?(?:the)?(?:last|final)(?:page|batch|chunk)?$|^(?:is|was)?(?:at)?(?:the)?endof(?:data|results?|list)$/;
const NEXT = new RegExp(
  `^(?:odata|opensearch|hal|hydra)?next(?:page|pages|result|results|batch|set|chunk|rows?|records?|continuation|search|scroll)?(?:token|cursor|link|links|url|uri|href|ref|marker|offset|id|key|start|index|skip|skiptoken|number|pagetoken|pagenumber)?$`,
);
const CONTINUATION = /^(?:continuation|continue|resumption|resume)(?:token|key|link|cursor|uri|url)?$/;
const TOTAL =
  /^(?:x)?(?:total|totalcount|count|rowcount|recordcount|resultcount|itemcount|(?:total|grandtotal|available|matched|overall)(?:number|numberof|num|of)?(?:rows?|records?|results?|items?|elements?|hits?|entries|matches|size|count)?(?:count)?|(?:number|num)of(?:total)?(?:rows|records|results|items|elements)|(?:rows|records|results|items)total)$/;
const PAGES = /^(?:totalpages?|pagecount|totalpagecount|pagestotal|numberofpages|numpages|totalnumberofpages)$/;
const HOLDERS =
  /^(?:(?:paging|pagination|pager|page|pageable|cursor|cursors|links?|meta|metadata|info)(?:info|information|metadata|meta|data|details|state)?|(?:response|result|results|query|data)(?:info|information|metadata|meta|summary|state)|resultset)$/;

const DEEPEST = 3;
const ENTRIES_AT_MOST = 200;

/** Of the fields of a page: those that {@link factsOf} reads. */
export function isFact(key: string): boolean {
  const name = plain(key);
  return [CUT, LIMIT_REACHED, WHOLE, MORE, HAS_NEXT, REMAINING, LAST, NEXT, CONTINUATION, TOTAL, PAGES, HOLDERS].some(
    (form) => form.test(name),
  );
}

/** @param envelope fields of the page beside `data` */
export function factsOf(envelope: JsonObject): PageFacts {
  const facts: { -readonly [Key in keyof PageFacts]: PageFacts[Key] } = {};
  for (const { path, key, value } of entriesOf(envelope)) {
    const name = plain(key);
    if (saysCut(name, value)) facts.cutBy ??= path;
    if (saysMore(name, value)) facts.moreBy ??= path;
    const count = countOf(value);
    if (count !== undefined && TOTAL.test(name)) facts.statedRows = Math.max(facts.statedRows ?? 0, count);
    if (count !== undefined && PAGES.test(name)) facts.statedPages = Math.max(facts.statedPages ?? 0, count);
  }
  return facts;
}

/** Whether a `Link` header names a next page. */
export function linksNext(link: string | undefined): boolean {
  return link !== undefined && /;\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|'[^']*\bnext\b[^']*'|next\b)/i.test(link);
}

interface Entry {
  readonly path: string;
  readonly key: string;
  readonly value: unknown;
}

function entriesOf(envelope: JsonObject): readonly Entry[] {
  const entries: Entry[] = [];
  const open = Object.entries(envelope)
    .filter(([key]) => !OWN.has(key))
    .map(([key, value]) => ({ path: key, key, value, depth: 1 }));
  for (let next = open.shift(); next !== undefined && entries.length < ENTRIES_AT_MOST; next = open.shift()) {
    const { path, key, value, depth } = next;
    entries.push({ path, key, value });
    const inside = isJsonObject(value) ? value : linkList(value);
    if (inside === undefined || depth === DEEPEST || !(HOLDERS.test(plain(key)) || depth > 1)) continue;
    for (const [name, member] of Object.entries(inside).slice(0, ENTRIES_AT_MOST)) {
      open.push({ path: `${path}.${name}`, key: name, value: member, depth: depth + 1 });
    }
  }
  return entries;
}

/** Links as a list of `{rel, href}`, by their relation. */
function linkList(value: unknown): JsonObject | undefined {
  if (!Array.isArray(value)) return undefined;
  const links = value.slice(0, ENTRIES_AT_MOST).filter(isJsonObject);
  return Object.fromEntries(links.flatMap(({ rel, href }) => (typeof rel === 'string' ? [[rel, href]] : [])));
}

function saysCut(name: string, value: unknown): boolean {
  if (WHOLE.test(name)) return saysNo(value);
  return (CUT.test(name) || LIMIT_REACHED.test(name)) && saysYes(value);
}

function saysMore(name: string, value: unknown): boolean {
  if (LAST.test(name)) return saysNo(value);
  if (MORE.test(name) || HAS_NEXT.test(name) || REMAINING.test(name)) return saysYes(value) || hasHref(value);
  return (NEXT.test(name) || CONTINUATION.test(name)) && (saysYes(value) || hasHref(value));
}

/** `next: {href: "…"}` */
function hasHref(value: unknown): boolean {
  return isJsonObject(value) && Object.values(value).some((member) => typeof member === 'string' && saysYes(member));
}

const NO = /^(?:|false|no|n|off|none|null|undefined|never|[+-]?0+(?:\.0*)?)$/i;

/** Any other text, such as `at 1000 rows` or the name of a next page, means yes. */
function saysYes(value: unknown): boolean {
  if (typeof value === 'string') return !NO.test(value.trim());
  return value === true || (typeof value === 'number' && value !== 0);
}

function saysNo(value: unknown): boolean {
  return value === false || value === 0 || (typeof value === 'string' && /^(?:false|no|n|0)$/i.test(value.trim()));
}

function countOf(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function plain(key: string): string {
  return key
    .slice(0, 64)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
}
