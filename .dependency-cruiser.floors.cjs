/** The rooms of src and who may import whom. docs/architecture.md shows the same, and a test holds the two together. */

/** Rooms that talk to the outside. They implement ports and do not know each other. */
const ADAPTERS = ['sources', 'destinations', 'datasets', 'records'];

/**
 * The rooms of src, floor by floor from the ground: an import runs down or along its floor, never up.
 * `may`: rooms it may import beside itself; `types`: rooms that it sees by `import type` only; `why`: said with each violation.
 * @type {{ room: string, may?: string[], types?: string[], why: string }[][]}
 */
const FLOORS = [
  [
    { room: 'async', why: 'Waiting and aborting need nothing of the product.' },
    { room: 'contract', why: 'What everybody agrees on depends on nobody.' },
    { room: 'observability', why: 'A log line or a metric must not drag in what it reports on.' },
  ],
  [
    {
      room: 'text',
      may: ['contract'],
      why: 'Numbers, times and bytes are written the same way for a terminal and a page.',
    },
    { room: 'domain', may: ['contract'], why: 'Rules are replayed and tested without any I/O.' },
    {
      room: 'network',
      why: 'Proxies, authorities and User-Agent are the same for everybody who sends, whatever is sent.',
    },
  ],
  [
    {
      room: 'pages',
      may: ['contract', 'domain'],
      why: 'A page is scanned from bytes; who fetched them does not matter.',
    },
  ],
  [
    {
      room: 'ports',
      types: ['contract', 'domain', 'pages'],
      why: 'A port says what the product needs; adapters and fakes implement it.',
    },
  ],
  [
    {
      room: 'calendar',
      may: ['contract', 'async'],
      types: ['ports'],
      why: 'Windows and buckets are pure functions of a zone.',
    },
  ],
  [
    {
      room: 'activities',
      may: ['contract', 'domain', 'calendar', 'async'],
      types: ['ports', 'pages'],
      why: 'An activity is one effect, through a port: import the port, let composition put the adapter in.',
    },
    ...ADAPTERS.map((room) => ({
      room,
      may: ['contract', 'domain', 'pages', 'async', 'network'],
      types: ['ports', 'observability'],
      why: 'An adapter implements a port and knows no other adapter: what two of them need is a port or a rule.',
    })),
  ],
  [
    {
      room: 'workflows',
      may: ['contract', 'domain'],
      types: ['activities'],
      why: 'Workflow code is replayed: it decides and waits, and activities do the rest.',
    },
    {
      room: 'config',
      may: ['contract', 'domain', 'observability', 'network', ...ADAPTERS],
      types: ['ports'],
      why: 'The only reader of the environment: it returns values, and opens nothing.',
    },
  ],
  [
    { room: 'keys', may: ['domain', 'config'], why: 'The gateway reads the key file and a command writes it.' },
    {
      room: 'client',
      may: ['contract', 'calendar', 'domain', 'async'],
      types: ['ports'],
      why: 'Programs that embed the client get neither adapters nor the worker.',
    },
  ],
  [
    {
      room: 'report',
      may: ['contract', 'domain', 'calendar', 'text', 'client'],
      types: ['ports', 'datasets', 'records'],
      why: 'A report is made of what it is given: it opens no store and no database.',
    },
  ],
  [
    {
      room: 'gateway',
      may: ['async', 'contract', 'calendar', 'domain', 'text', 'client', 'config', 'keys', 'observability'],
      types: ['ports', 'report'],
      why: 'The gateway is thin over the client; what else it needs is a port.',
    },
  ],
  [
    {
      room: 'composition',
      may: [
        'async',
        'contract',
        'domain',
        'network',
        'config',
        'client',
        'keys',
        'report',
        'gateway',
        'observability',
        'activities',
        ...ADAPTERS,
      ],
      types: ['ports'],
      why: 'The only place where adapters meet ports. It knows no workflow and no command.',
    },
  ],
  [
    {
      room: 'worker',
      may: ['async', 'contract', 'domain', 'activities', 'config', 'observability', 'composition'],
      types: ['ports'],
      why: 'The worker runs what composition put together.',
    },
    {
      room: 'cli',
      may: [
        ...['async', 'contract', 'domain', 'calendar', 'text', 'client', 'config', 'keys', 'report', 'observability'],
        ...['composition', ...ADAPTERS],
      ],
      types: ['ports'],
      why: 'Commands use the client and what composition opens; the records and rows they print come through adapters.',
    },
  ],
];

/** The table above, held against itself: a room may name only rooms on its own floor or below. */
for (const [floor, rooms] of FLOORS.entries()) {
  const reachable = new Set(
    FLOORS.slice(0, floor + 1)
      .flat()
      .map(({ room }) => room),
  );
  for (const { room, may = [], types = [] } of rooms) {
    const up = [...may, ...types].find((other) => !reachable.has(other));
    if (up !== undefined)
      throw new Error(`.dependency-cruiser.floors.cjs lets ${room} import ${up}, which stands above it`);
  }
}

module.exports = { ADAPTERS, FLOORS };
