import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { figure, table } from '../rig/table.mjs';

const PAGE = Buffer.alloc(4096, 1);
const PAGES = 1_000;
const WRITES_HZ = 20;

/** What the disk itself takes to keep one page, where the journal of a bench lies: no reading can be sooner at its client. */
export async function disk({ seconds }) {
  const folder = mkdtempSync(join(tmpdir(), 'telewire-bench-'));
  const file = openSync(join(folder, 'pages'), 'w');
  try {
    // In place, as the log of a journal is once it has grown to its size.
    for (let i = 0; i < PAGES; i++) writeSync(file, PAGE);
    fsyncSync(file);
    const tookMs = [];
    for (let i = 0; i < seconds * WRITES_HZ; i++) {
      await pause(1000 / WRITES_HZ);
      const before = performance.now();
      writeSync(file, PAGE, 0, PAGE.length, (i % PAGES) * PAGE.length);
      fsyncSync(file);
      tookMs.push(performance.now() - before);
    }
    tookMs.sort((a, b) => a - b);
    const at = (part) => figure(tookMs[Math.ceil(part * tookMs.length) - 1]);
    console.log(table(['one page to disk', 'p50 ms', 'p99 ms'], [[`${WRITES_HZ}/s`, at(0.5), at(0.99)]]));
    return [];
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}
