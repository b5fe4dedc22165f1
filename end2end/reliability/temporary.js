// Folders that are gone when the harness is, however it ends.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set();
const mounts = new Set();

export function temporary(name) {
  const folder = mkdtempSync(join(tmpdir(), `banhoc-${name}-`));
  folders.add(folder);
  return folder;
}

/** A disk of its own in such a folder. */
export function smallDisk(bytes) {
  const folder = temporary('disk');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=755`, 'banhoc-disk', folder]);
  mounts.add(folder);
  return folder;
}

export function remove(folder) {
  if (mounts.delete(folder)) execFileSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  folders.delete(folder);
}

export function removeAll() {
  for (const folder of folders) remove(folder);
}
