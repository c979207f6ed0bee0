import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeVersions } from '../../../src/cli/doctor/versions.js';

type Found = Parameters<typeof judgeVersions>[0];

const version = (buildId: string) => ({ deploymentName: 'metrics', buildId });
const worker = (buildId: string): Found['pollers'][number] => ({
  deploymentOptions: { ...version(buildId), workerVersioningMode: 2 },
});
const found = (pollers: Found['pollers'], versioningInfo: Found['versioningInfo'] = null): readonly unknown[] =>
  judgeVersions({ pollers, versioningInfo }).map(({ status, found: text }) => `${status} ${text}`);

describe('doctor, of versions of workers', () => {
  it('says nothing where there are none', () => {
    assert.deepEqual(found([{}]), []);
  });

  it('says which is current and which is ramping, and fails where one of them has no worker', () => {
    const routing = {
      currentDeploymentVersion: version('1'),
      rampingDeploymentVersion: version('2'),
      rampingVersionPercentage: 10,
    };
    const text = 'current metrics/1, ramping metrics/2 at 10 %; workers of metrics/1';
    assert.deepEqual(found([worker('1'), worker('2')], routing), [`ok ${text}, metrics/2`]);
    assert.deepEqual(found([worker('1')], routing), [`fail ${text}`]);
    assert.deepEqual(found([{}], { currentDeploymentVersion: version('1') }), [
      'fail current metrics/1; workers of no version',
    ]);
  });

  it('fails where there is no current version, unless workers without a version take the runs', () => {
    assert.deepEqual(found([worker('1')]), ['fail no current version: nothing will run (workers of metrics/1)']);
    assert.match(String(found([worker('1'), {}])), /^warn no current version: runs go to workers without one/);
    const [check] = judgeVersions({ pollers: [worker('7')], versioningInfo: null });
    assert.match(check?.remedy ?? '', /set-current-version --deployment-name metrics --build-id 7`/);
  });
});
