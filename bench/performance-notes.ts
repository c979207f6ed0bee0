/** What was measured by commands that are no section of the report. */
export const INTO_FILES =
  'Measured once, on 2026-11-30 on a quiet machine of two cores; the commands print such a line again. ' +
  '`npm run bench -- parquet --out DIR` writes a table of a million rows and six columns as one Parquet file: 3.2 s of ' +
  'processor, and at most 249 MiB of memory. `npm run bench -- peers --pages DIR` turns the same page files (of ' +
  '`bench -- pages --pages 100 --out DIR`: a million rows) into Parquet, by the product and by ' +
  '[dlt](https://dlthub.com), one after the other: dlt takes 1.4 times our time and 1.3 times our processor. Of memory ' +
  'it takes less: 172 MiB at most, and we take 484 MiB. Our pages go through the store and the rules for rows on their ' +
  'way, which dlt has none of. Where dlt is not installed, the command says so and measures ours alone.';
