import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../deploy/grafana/', import.meta.url));

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

/** What the panels of all dashboards ask Prometheus. */
export function dashboardExpressions(): readonly string[] {
  return readdirSync(FOLDER).flatMap((file) => {
    // A file of ours.
    const { panels } = JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')) as Dashboard;
    return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  });
}
