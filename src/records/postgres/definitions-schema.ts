/** What a version of a definition says: it says the same for ever. */
export const DEFINITIONS = `
CREATE TABLE definitions (
  org text NOT NULL,
  name text NOT NULL,
  hash text NOT NULL,
  first_used_at timestamptz NOT NULL,
  PRIMARY KEY (org, name)
);
`;
