import { describe, expect, it } from '@jest/globals';
import { StationHistory } from './station-history.js';

describe('the history of a station', () => {
  it('weights the speed of a cell by flow', () => {
    const history = new StationHistory(2, 10_000, 60_000);
    history.put(12_000, 0, 'flow', 300);
    history.put(12_000, 0, 'speed', 100);
    history.put(12_000, 1, 'flow', 100);
    history.put(12_000, 1, 'speed', 60);
    expect(history.speedOf(history.newest)).toBe(90);
  });

  it('knows no speed where no vehicle passed, and nothing of an interval that did not come', () => {
    const history = new StationHistory(1, 10_000, 60_000);
    history.put(12_000, 0, 'flow', 0);
    expect(history.speedOf(history.newest)).toBeNaN();
    expect(history.lanesOf(history.newest)).toMatchObject([{ flow: 0, speed: NaN }]);
    expect(history.lanesOf(history.newest - 1)).toBeUndefined();
  });

  it('counts cells from the first reading, so that a little unrest makes no holes', () => {
    const history = new StationHistory(1, 10_000, 60_000);
    for (const at of [9_990, 20_010, 29_980]) history.put(at, 0, 'speed', 80);
    expect(history.newest - history.oldest).toBe(2);
    expect(history.endOf(history.newest)).toBe(29_990);
    expect(history.cellAt(25_000)).toBe(history.newest);
  });

  it('forgets what is older than it keeps, also when it comes late', () => {
    const history = new StationHistory(1, 10_000, 30_000);
    for (let at = 0; at <= 100_000; at += 10_000) history.put(at, 0, 'speed', at / 1000);
    history.put(10_000, 0, 'speed', 1);
    expect(history.speedOf(1)).toBeNaN();
    expect(history.speedOf(10)).toBe(100);
  });
});
