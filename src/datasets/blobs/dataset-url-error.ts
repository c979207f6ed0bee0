/**
 * `DATASET_URL` and what belongs to it name no place that can be used. The message completes "DATASET_URL …", is for
 * people, and holds nothing of the URL.
 */
export class DatasetUrlError extends Error {
  override readonly name = 'DatasetUrlError';
}
