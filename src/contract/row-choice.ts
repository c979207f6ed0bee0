/** `raw`: all that the source returned; `kept`: what is left after outliers; `delivered`: after sampling, too. */
export const ROW_CHOICES = ['kept', 'delivered', 'raw'] as const;
export const ROW_FORMATS = ['ndjson', 'csv'] as const;

export interface RowChoice {
  readonly rows: (typeof ROW_CHOICES)[number];
  readonly format: (typeof ROW_FORMATS)[number];
}
