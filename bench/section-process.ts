/** One section of the bench, in a process of its own: memory is its own, and what servers say does not get into the answer. */
import { showNothing } from './progress.js';
import { SECTIONS, type SectionName, type Settings } from './sections.js';

interface Order<Name extends SectionName> {
  readonly name: Name;
  readonly settings: Settings[Name];
}

process.once('message', (order: Order<SectionName>) => {
  void answer(order);
});

async function answer<Name extends SectionName>({ name, settings }: Order<Name>): Promise<void> {
  try {
    const figures = await SECTIONS[name](settings);
    process.send?.(figures);
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    showNothing();
    process.disconnect();
  }
}
