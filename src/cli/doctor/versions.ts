import { fail, ok, warn, type Check } from './check.js';

interface Version {
  readonly deploymentName?: string | null;
  readonly buildId?: string | null;
}

/** What Temporal says of a task queue, as far as it concerns versions. */
interface TaskQueue {
  readonly pollers: readonly {
    readonly deploymentOptions?: (Version & { readonly workerVersioningMode?: number | null }) | null;
  }[];
  readonly versioningInfo?: {
    readonly currentDeploymentVersion?: Version | null;
    readonly rampingDeploymentVersion?: Version | null;
    readonly rampingVersionPercentage?: number | null;
  } | null;
}

const NAME = 'versions';
/** `temporal.api.enums.v1.WorkerVersioningMode`, which the client package does not export. */
const VERSIONED = 2;

/** To which version of the workers runs go. Nothing to say where workers have none and none is set. */
export function judgeVersions({ pollers, versioningInfo }: TaskQueue): readonly Check[] {
  const versions = pollers.flatMap(({ deploymentOptions: each }) =>
    each?.workerVersioningMode === VERSIONED ? [each] : [],
  );
  const current = named(versioningInfo?.currentDeploymentVersion);
  const ramping = named(versioningInfo?.rampingDeploymentVersion);
  if (versions.length === 0 && current === undefined) return [];
  const present = [...new Set(versions.flatMap((each) => named(each) ?? []))].sort();
  const polling = `workers of ${present.join(', ') || 'no version'}`;
  if (current === undefined) {
    const [first] = versions;
    const command =
      '`temporal worker deployment set-current-version ' +
      `--deployment-name ${first?.deploymentName ?? '<name>'} --build-id ${first?.buildId ?? '<build id>'}\``;
    // Workers without a version take what has none.
    if (pollers.length > versions.length)
      return [warn(NAME, `no current version: runs go to workers without one, and not to ${polling}`, command)];
    return [fail(NAME, `no current version: nothing will run (${polling})`, command)];
  }
  const ramp =
    ramping === undefined ? '' : `, ramping ${ramping} at ${versioningInfo?.rampingVersionPercentage ?? 0} %`;
  const found = `current ${current}${ramp}; ${polling}`;
  const missing = [current, ramping].find((each) => each !== undefined && !present.includes(each));
  if (missing === undefined) return [ok(NAME, found)];
  return [fail(NAME, found, `start workers of ${missing}, or make another version the current one`)];
}

/** `deployment/build id` */
function named(version: Version | null | undefined): string | undefined {
  const { deploymentName, buildId } = version ?? {};
  return deploymentName && buildId ? `${deploymentName}/${buildId}` : undefined;
}
