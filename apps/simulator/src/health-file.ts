import { rmSync, writeFileSync } from 'node:fs';

/** How often the file is written anew; a check should allow three times this. */
export const HEALTH_FILE_MS = 5_000;

/**
 * Keeps a file fresh while `healthy` says so, and away while not: what a container's health check can look at without
 * asking the process. Returns what ends it and removes the file.
 * @throws when the file cannot be written at the start
 */
export function keepHealthFile(path: string, healthy: () => boolean): () => void {
  const write = () => (healthy() ? writeFileSync(path, `${Date.now()}\n`) : rmSync(path, { force: true }));
  // A path that cannot be written shows here, and not only once the broker is there.
  writeFileSync(path, '');
  write();
  const timer = setInterval(() => {
    try {
      write();
    } catch {
      // A file that grows old says it too.
    }
  }, HEALTH_FILE_MS);
  return () => {
    clearInterval(timer);
    rmSync(path, { force: true });
  };
}
