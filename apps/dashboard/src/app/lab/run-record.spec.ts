import { describe, expect, it } from '@jest/globals';
import { CALM } from '@telewire/lab';
import { FIRST_PLAN } from './lab-plan.js';
import { RunRecord } from './run-record.js';

const far = { ...FIRST_PLAN, weather: { ...CALM, delayMs: 300 } };
const fast = { ...far, rateHz: 500 };

describe('the record of a run', () => {
  it('tells what it began with', () => {
    expect(RunRecord.of(FIRST_PLAN, 'telewire/lab-1').settings(1_000)).toEqual({
      rateHz: 20,
      weather: CALM,
      terms: { filters: ['telewire/lab-1'], format: 'json', pollEveryMs: undefined, unpaced: false },
      changes: [],
    });
  });

  it('has no rate of its own where other series are raced', () => {
    const { rateHz, terms } = RunRecord.of({ ...FIRST_PLAN, stream: 'icu/#' }, 'telewire/lab-1').settings(0);
    expect([rateHz, terms.filters]).toEqual([undefined, ['icu/#']]);
  });

  it('keeps every change with its time', () => {
    const record = RunRecord.of(FIRST_PLAN, 'x').changed(far, 6_000).changed(fast, 9_500);
    const { weather, changes } = record.settings(1_000);
    expect(weather).toEqual(CALM);
    expect(changes.map(({ afterS, rateHz, weather: sky }) => [afterS, rateHz, sky?.delayMs])).toEqual([
      [5, 20, 300],
      [8.5, 500, 300],
    ]);
    expect(record.plan).toBe(fast);
  });

  it('takes the last of what is set within one tally', () => {
    const { changes } = RunRecord.of(FIRST_PLAN, 'x').changed(far, 6_000).changed(fast, 6_000).settings(1_000);
    expect(changes).toMatchObject([{ afterS: 5, rateHz: 500 }]);
  });

  it('begins with what is set before anything was counted', () => {
    expect(RunRecord.of(FIRST_PLAN, 'x').changed(fast, 0).settings(1_000)).toMatchObject({ rateHz: 500, changes: [] });
  });

  it('that is counted anew begins with what held then', () => {
    const anew = RunRecord.of(FIRST_PLAN, 'x').changed(fast, 6_000).begunAt(20_000).changed(FIRST_PLAN, 21_000);
    expect(anew.settings(20_000)).toMatchObject({ rateHz: 500, changes: [{ afterS: 1, rateHz: 20 }] });
  });
});
