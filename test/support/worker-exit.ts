import { startWorkerProcess } from '../../stack/product/worker-process.js';

/** Starts a worker that is expected to refuse: its exit code, and what it says on stderr. */
export async function workerExit(env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  let said = '';
  const { PATH, HOME } = process.env;
  const worker = startWorkerProcess({
    env: { PATH, HOME, ...env },
    onLog: () => undefined,
    onError: (text) => (said += text),
  });
  const code = await worker.then(
    async (running) => {
      await running.stop(5_000);
      throw new Error('the worker started');
    },
    (error: unknown) => (error as { exitCode: number | null }).exitCode,
  );
  return { code, said };
}
