import type { z } from 'zod';

/** An option of the simulator is wrong. The message names it and says what is allowed. */
export class InvalidSimulatorOption extends Error {
  override readonly name = 'InvalidSimulatorOption';
}

/** @throws InvalidSimulatorOption naming `what` and every problem */
export function parseOption<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  throw new InvalidSimulatorOption(`The simulator's ${what} is wrong: ${problems.join('; ')}.`);
}
