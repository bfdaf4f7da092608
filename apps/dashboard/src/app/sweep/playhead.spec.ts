import { describe, expect, it } from '@jest/globals';
import { Playhead } from './playhead.js';

describe('the playhead', () => {
  it('runs 0.6 s behind, which holds blocks of 250 ms', () => {
    const playhead = new Playhead();
    playhead.arrived(1_000, 700);
    expect(playhead.at(1_000)).toBe(400);
    expect(playhead.at(1_016)).toBe(416);
  });

  it('falls further behind for slow blocks, by running slower and never backwards', () => {
    const playhead = new Playhead();
    let before = playhead.at(0);
    playhead.arrived(0, -1_100);
    for (let now = 16; now < 10_000; now += 16) {
      const at = playhead.at(now);
      expect(at).toBeGreaterThan(before);
      before = at;
    }
    expect(9_984 - before).toBe(1_200);
  });

  it('is not held up by what comes after a break', () => {
    const playhead = new Playhead();
    playhead.arrived(20_000, 0);
    expect(playhead.at(20_000)).toBe(19_400);
  });
});
