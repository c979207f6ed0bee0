import type { Destination, Directory, Source } from '../../../src/ports/index.js';

/** The same directory, with something between the activities and the sources and destinations that it names. */
export function between(
  directory: Directory,
  {
    source: overSource = (source) => source,
    destination: overDestination = (destination) => destination,
  }: {
    readonly source?: (source: Source) => Source;
    readonly destination?: (destination: Destination) => Destination;
  },
): Directory {
  return {
    ...directory,
    source(org, name) {
      const source = directory.source(org, name);
      return source && overSource(source);
    },
    destination(org, name) {
      const destination = directory.destination(org, name);
      return destination && overDestination(destination);
    },
  };
}

/** Destinations that take one part at a time, so that a test can say which one fails. */
export function inOrder(directory: Directory): Directory {
  return between(directory, {
    destination: (destination) => (destination.takes === 'rows' ? destination : { ...destination, concurrency: 1 }),
  });
}
