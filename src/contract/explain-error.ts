/** What was asked for cannot be explained: a sentence for the person who asked. */
export class ExplainError extends Error {
  override readonly name = 'ExplainError';

  /** @param parameter the one that is wrong */
  constructor(
    readonly kind: 'InvalidDate' | 'SeriesNotFound' | 'DateNotFound',
    message: string,
    readonly parameter: 'series' | 'date' | 'asOf',
  ) {
    super(message);
  }
}
