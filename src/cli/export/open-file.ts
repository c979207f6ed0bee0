import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Terminal } from '../terminal/terminal.js';

/** What a platform opens a file with. None of them is a shell, so a name is a name. */
function openerOf(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'open';
  return platform === 'win32' ? 'explorer.exe' : 'xdg-open';
}

/** Shows a file to the person, and does not wait until it is closed. Where nothing opens files it says so. */
export async function openFile(file: string, { note }: Pick<Terminal, 'note'>): Promise<void> {
  const opener = openerOf(process.platform);
  const child = spawn(opener, [file], { stdio: 'ignore', detached: true });
  child.unref();
  try {
    await once(child, 'spawn');
  } catch {
    note(`journey-metrics: ${opener} is not installed: open ${file} yourself`);
  }
}
