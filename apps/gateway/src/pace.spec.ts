import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { Pace } from './pace.js';

describe('a pace', () => {
  let time: VirtualTimeScheduler;
  let pace: Pace;
  let begun: number[];

  const ask = async () => {
    await pace.wait();
    pace.begin();
    begun.push(time.now());
  };
  const passTo = async (at: number) => {
    time.maxFrames = at;
    time.flush();
    time.frame = at;
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };

  beforeEach(() => {
    time = new VirtualTimeScheduler();
    pace = new Pace(6, time);
    begun = [];
  });

  it('lets the first begin at once', async () => {
    await ask();
    expect(begun).toEqual([0]);
  });

  it('lets the next begin when the pace has passed since the last began', async () => {
    await ask();
    await passTo(2);
    const second = ask();
    await passTo(5);
    expect(begun).toEqual([0]);
    await passTo(6);
    await second;
    expect(begun).toEqual([0, 6]);
  });

  it('lets what comes after a rest begin at once', async () => {
    await ask();
    await passTo(50);
    await ask();
    expect(begun).toEqual([0, 50]);
  });

  it('waits no longer when it is hurried', async () => {
    await ask();
    const second = ask();
    await passTo(1);
    pace.hurry();
    await second;
    expect(begun).toEqual([0, 1]);
  });
});
