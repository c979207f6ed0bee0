/** A secret that must be nowhere, and what to call it when it is found. */
export interface Canary {
  readonly name: string;
  readonly secret: string;
}

/** What was left behind in one place. */
export interface Trace {
  readonly place: string;
  readonly text: string;
}

export interface FoundCanary {
  readonly place: string;
  readonly name: string;
}

/** Every canary that is in one of the texts, in whatever shape, once a place. */
export async function findCanaries(
  traces: AsyncIterable<Trace> | Iterable<Trace>,
  canaries: readonly Canary[],
): Promise<readonly FoundCanary[]> {
  const wanted = canaries.map(({ name, secret }) => ({ name, shapes: shapesOf(secret) }));
  const found: FoundCanary[] = [];
  for await (const { place, text } of traces) {
    for (const { name, shapes } of wanted) {
      if (shapes.some((shape) => text.includes(shape))) found.push({ place, name });
    }
  }
  return found;
}

/** What a secret looks like on its way: as it is, in JSON, in a URL, in a form, in Base64. */
function shapesOf(secret: string): readonly string[] {
  const shapes = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    ...[0, 1, 2].map((before) => encoded(secret, before)),
  ];
  return [...new Set(shapes)];
}

/**
 * The Base64 digits that depend on the secret alone, where it stands so many bytes after a group of three:
 * in `Basic` credentials, say, or in the payload of a history.
 */
function encoded(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const whole = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), whole);
}

/** A history as JSON, followed by what its payloads say: in an exported history they are Base64. */
export function decodedHistory(json: string): string {
  const payloads = [...json.matchAll(/"data": ?"([^"]*)"/g)].map(([, data = '']) => Buffer.from(data, 'base64'));
  return [json, ...payloads.map(String)].join('\n');
}
