// Plain JavaScript without dependencies: `bootstrap.mjs` uses it before anything is installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** When a process started, as its system tells it; null when there is none (a zombie is not one). */
export function startTimeOf(pid) {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** This very process, or another live one by its pid; null when it is gone. */
export function identify(pid) {
  const startTime = startTimeOf(pid);
  return startTime === null ? null : { pid, startTime };
}

/** Whether that process still runs. A recycled pid has another start time. */
export function isAlive(identity) {
  return startTimeOf(identity.pid) === identity.startTime;
}

function fromProc(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The second field is the command in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19];
}

function fromPs(pid) {
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', env });
  const [state, ...startTime] = (stdout ?? '').trim().split(/\s+/);
  return startTime.length === 0 || state.startsWith('Z') ? null : startTime.join(' ');
}
