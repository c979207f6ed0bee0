import type { ObjectPlace } from '../../ports/index.js';
import type { DatasetPlace } from '../blobs/dataset-place.js';
import { openFilePlace } from './file-place.js';

/** The place that is named; touches nothing yet. What S3 needs is loaded only where it is used. */
export async function openObjectPlace(place: DatasetPlace): Promise<ObjectPlace> {
  if (place.kind === 'file') return openFilePlace(place.path);
  const { openS3Place } = await import('./s3-place.js');
  return openS3Place(place);
}
