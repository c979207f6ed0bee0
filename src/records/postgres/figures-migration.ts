/** What is outstanding is looked for every few seconds: among all revisions it is a handful. */
export const OUTSTANDING = `
CREATE INDEX delivery_revisions_outstanding ON delivery_revisions (delivery_id) WHERE delivered_by IS NULL`;
