import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Catalogue } from '../src/ports/index.js';
import { InvalidSimulatorOption, parseOption } from './invalid-option.js';

const catalogueSchema = z.strictObject({
  reportTypes: z.array(z.string()).min(1),
  metrics: z.array(z.string()).min(1),
  dimensions: z.array(z.string()),
});

/** The catalogue that the product ships: `catalogue.json` above this file, whether it runs from source or from `dist/`. */
export function readCatalogue(): Catalogue {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'catalogue.json');
    if (existsSync(file)) return parseOption(catalogueSchema, JSON.parse(readFileSync(file, 'utf8')), 'catalogue.json');
    if (folder === dirname(folder)) {
      throw new InvalidSimulatorOption(
        'No catalogue.json beside the simulator; pass `catalogue`, or restore the file.',
      );
    }
  }
}
