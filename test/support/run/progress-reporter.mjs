/** Tells the runner which tests of a file begin and end. Prints nothing: the spec reporter does. */
// Node wants a default export.
// eslint-disable-next-line no-restricted-exports
export default async function* tellRunner(events) {
  for await (const { type, data } of events) {
    const begins = type === 'test:dequeue';
    if (begins || type === 'test:complete' || type === 'test:pass' || type === 'test:fail') {
      if (process.connected) process.send({ test: data.name, level: data.nesting, begins });
    }
  }
  yield '';
}
