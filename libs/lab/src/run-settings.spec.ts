import { describe, expect, it } from '@jest/globals';
import { changesOf, settingsOf, type RunChange, type RunSettings } from './run-settings.js';

const begun: RunSettings = { rateHz: 20, weather: {}, terms: { filters: ['lab/x'] } };
const changed = (...changes: RunChange[]) => changesOf(begun, changes).map(({ afterS, words }) => [afterS, words]);

describe('what was set', () => {
  it('says everything that a race can be run with', () => {
    expect(settingsOf(begun)).toBe(
      '20 readings/s; `lab/x`; JSON; policy every; at most 60 frames/s; calm; poll by `nextAt`; long-poll paced',
    );
    const terms = { filters: ['a/#', 'b'], policy: 'latest', maxHz: 5, pollEveryMs: 500, unpaced: true } as const;
    expect(settingsOf({ weather: { cutEveryS: 5 }, terms })).toBe(
      '`a/#`, `b`; JSON; policy latest; at most 5 frames/s; cut every 5 s; poll every 500 ms; long-poll unpaced',
    );
  });

  it('says which lane the format is not for', () => {
    const terms = { filters: ['a'], format: 'cbor' } as const;
    expect(settingsOf({ terms })).toContain('`a`; CBOR, but events in JSON; policy every');
  });

  it('and then changed is told by what is another than before it, and when', () => {
    expect(
      changed(
        { ...begun, afterS: 4, weather: { delayMs: 300 } },
        { ...begun, afterS: 9, weather: { delayMs: 300 }, rateHz: 500 },
        { ...begun, afterS: 12, rateHz: 500 },
      ),
    ).toEqual([
      [4, '300 ms delay each way'],
      [9, '500 readings/s'],
      [12, 'calm'],
    ]);
  });

  it('and changed back at once is no change', () => {
    expect(changed({ ...begun, afterS: 4 })).toEqual([]);
  });
});
