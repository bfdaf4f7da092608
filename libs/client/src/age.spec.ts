import { describe, expect, it } from '@jest/globals';
import { contractMs, judgeAge, worstAge } from './age.js';

const heard = (at: number) => ({ until: at, receivedAt: at });

describe('age', () => {
  it('grants quick series 750 ms and slow ones half an interval', () => {
    expect(contractMs(250)).toBe(1000);
    expect(contractMs(1000)).toBe(1750);
    expect(contractMs(10_000)).toBe(15_000);
  });

  it('is fresh within the contract, late behind it and stale behind three of them', () => {
    expect(judgeAge(heard(0), 250, 1000)).toMatchObject({ freshness: 'fresh', fill: 1 / 3 });
    expect(judgeAge(heard(0), 250, 1001).freshness).toBe('late');
    expect(judgeAge(heard(0), 250, 3000).freshness).toBe('late');
    expect(judgeAge(heard(0), 250, 3001)).toMatchObject({ freshness: 'stale', fill: 1 });
  });

  it('grants the wait for the next frame where that is longer than the interval, and nothing where it is not', () => {
    const aged = (ageMs: number, frameMs: number) => judgeAge(heard(0), 250, ageMs, frameMs);
    expect(aged(3000, 2000)).toMatchObject({ freshness: 'fresh', fill: 1 / 3, staleMs: 5000 });
    expect([aged(1500, 2000).fill, aged(3001, 2000).freshness, aged(5001, 2000).freshness]).toEqual([
      0,
      'late',
      'stale',
    ]);
    expect(aged(1001, 250)).toMatchObject({ freshness: 'late', staleMs: 3000 });
  });

  it('never ages what is sent on change only', () => {
    expect(judgeAge(heard(0), null, 1e9)).toMatchObject({ freshness: 'fresh', fill: 0 });
  });

  it('says none while nothing has come, and counts from the receipt whatever clock the device has', () => {
    expect(judgeAge(undefined, 1000, 5000).freshness).toBe('none');
    expect(judgeAge({ until: 3_600_000, receivedAt: 1000 }, 1000, 9000)).toMatchObject({
      freshness: 'stale',
      ageMs: 8000,
    });
    expect(judgeAge({ until: -3_600_000, receivedAt: 8900 }, 1000, 9000).freshness).toBe('fresh');
  });

  it('finds the age that is furthest along its own contract', () => {
    const wave = judgeAge(heard(9_500), 250, 10_000);
    const slow = judgeAge(heard(9_000), 10_000, 10_000);
    expect(worstAge([slow, wave])).toBe(wave);
  });

  it('finds the older of two stale ages, and none among none', () => {
    const older = judgeAge(heard(0), 250, 60_000);
    expect(worstAge([judgeAge(heard(50_000), 250, 60_000), older])).toBe(older);
    expect(worstAge([judgeAge(undefined, 250, 0)]).freshness).toBe('none');
  });
});
