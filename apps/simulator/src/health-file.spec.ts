import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HEALTH_FILE_MS, keepHealthFile } from './health-file.js';

describe('the health file', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    jest.useFakeTimers();
    directory = mkdtempSync(join(tmpdir(), 'telewire-'));
    path = join(directory, 'healthy');
  });

  afterEach(() => {
    jest.useRealTimers();
    rmSync(directory, { recursive: true });
  });

  it('is there and fresh while all is well, away while not, and gone at the end', () => {
    let well = false;
    const end = keepHealthFile(path, () => well);
    expect(existsSync(path)).toBe(false);
    well = true;
    jest.advanceTimersByTime(HEALTH_FILE_MS);
    const first = Number(readFileSync(path, 'utf8'));
    jest.advanceTimersByTime(HEALTH_FILE_MS);
    expect(Number(readFileSync(path, 'utf8')) - first).toBe(HEALTH_FILE_MS);
    well = false;
    jest.advanceTimersByTime(HEALTH_FILE_MS);
    expect(existsSync(path)).toBe(false);
    well = true;
    jest.advanceTimersByTime(HEALTH_FILE_MS);
    end();
    expect(existsSync(path)).toBe(false);
    jest.advanceTimersByTime(HEALTH_FILE_MS);
    expect(existsSync(path)).toBe(false);
  });

  it('left by a run that was killed is removed while the broker is not there', () => {
    writeFileSync(path, 'old');
    keepHealthFile(path, () => false)();
    expect(existsSync(path)).toBe(false);
  });

  it('that cannot be written is no secret, also while the broker is not there', () => {
    expect(() => keepHealthFile(join(directory, 'no', 'such'), () => false)).toThrow(/ENOENT/);
  });
});
