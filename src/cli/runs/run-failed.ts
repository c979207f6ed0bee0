import type { JourneyMetricsError } from '../../client.js';

/** A run that was waited for has failed. Says where to look. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';

  constructor(
    readonly failure: JourneyMetricsError,
    /** Lines for a person. */
    readonly hints: readonly string[],
  ) {
    super(failure.message, { cause: failure });
  }
}
