import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { NEVER } from 'rxjs';
import { TELEWIRE } from '@telewire/angular';
import type { Telewire } from '@telewire/client';
import type { Inventory } from '@telewire/protocol';
import { DeviceDirectory } from './device-directory.js';

const inventoryOf = (...labels: string[]): Inventory => ({
  at: 0,
  asOf: 'a.0',
  devices: labels.map((label) => ({
    device: `icu/bed-${label}`,
    label,
    type: 'patient-monitor',
    simulated: true,
    online: true,
  })),
  series: [],
});

describe('the directory of devices', () => {
  const inventory = jest.fn<Telewire['inventory']>();
  const labels = (directory: DeviceDirectory) => directory.devices().map((device) => device.label);

  beforeEach(() => {
    jest.useFakeTimers();
    inventory.mockReset();
    const telewire: Partial<Telewire> = { inventory, clock: NEVER };
    TestBed.configureTestingModule({ providers: [{ provide: TELEWIRE, useValue: telewire }] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('lists devices by label, and those that appear later by itself', async () => {
    inventory.mockResolvedValueOnce(inventoryOf('10', '02')).mockResolvedValue(inventoryOf('10', '02', '01'));
    const directory = TestBed.inject(DeviceDirectory);
    expect(directory.ready()).toBe(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(labels(directory)).toEqual(['02', '10']);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(labels(directory)).toEqual(['01', '02', '10']);
  });

  it('knows the latest reading of a series as the gateway said it', async () => {
    const latest = { at: 5, value: 121, quality: 'good', n: 7, receivedAt: 9 } as const;
    const info = { series: 'icu/bed-01/nibp-sys', kind: 'number', label: 'NIBP', unit: 'mm[Hg]', intervalMs: 900_000 };
    const entry = { ...info, kind: 'number', device: 'icu/bed-01', latest } as const;
    inventory.mockResolvedValue({ ...inventoryOf('01'), series: [entry] });
    const directory = TestBed.inject(DeviceDirectory);
    await jest.advanceTimersByTimeAsync(0);
    expect(directory.latestOf(entry.series)).toEqual({ ...latest, series: entry.series });
    expect(directory.latestOf('icu/bed-01/hr')).toBeUndefined();
  });

  it('asks anew soon when an unknown series arrives', async () => {
    inventory.mockResolvedValueOnce(inventoryOf('01')).mockResolvedValue(inventoryOf('01', '02'));
    const directory = TestBed.inject(DeviceDirectory);
    await jest.advanceTimersByTimeAsync(0);
    directory.missing('icu/bed-02/hr');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(labels(directory)).toEqual(['01', '02']);
  });

  it('says why the gateway cannot be asked, and goes on asking', async () => {
    inventory.mockRejectedValueOnce(new TypeError('Failed to fetch')).mockResolvedValue(inventoryOf('01'));
    const directory = TestBed.inject(DeviceDirectory);
    await jest.advanceTimersByTimeAsync(0);
    expect(directory.failure()?.reason).toBe('There is no answer');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(directory.failure()).toBeUndefined();
    expect(labels(directory)).toEqual(['01']);
  });

  it('keeps what it knew when a new gateway does not know it yet', async () => {
    inventory.mockResolvedValueOnce(inventoryOf('01', '02')).mockResolvedValue(inventoryOf('02'));
    const directory = TestBed.inject(DeviceDirectory);
    await jest.advanceTimersByTimeAsync(0);
    const before = directory.devices();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(directory.devices()).toBe(before);
  });
});
