/** What this process waits for at the moment: said when a test is given up. */
const waits = new Set<() => Promise<readonly string[]> | readonly string[]>();

/** @returns ends the wait */
export function waitingFor(describe: () => Promise<readonly string[]> | readonly string[]): () => void {
  waits.add(describe);
  return () => waits.delete(describe);
}

/** One line a wait. A description that fails is a line, too. */
export async function everyWait(): Promise<readonly string[]> {
  const described = [...waits].map(async (describe) => {
    try {
      return await describe();
    } catch (error) {
      return [`something that cannot be described: ${String(error)}`];
    }
  });
  return (await Promise.all(described)).flat();
}
