import { describe, expect, it } from '@jest/globals';
import { parseSampledData } from '@telewire/telemetry';
import { encodePack } from './senml.js';

const ORIGIN_AT = 1_795_396_986_053;
/** What RFC 8428 §4 and §5 ask of a pack, checked without the encoder's own types. */
function resolve(pack: string): { name: string; at: number; fields: string[] }[] {
  const records = JSON.parse(pack) as Record<string, unknown>[];
  let base = '';
  let baseTime = 0;
  return records.map((record) => {
    if (typeof record['bn'] === 'string') base = record['bn'];
    if (typeof record['bt'] === 'number') baseTime = record['bt'];
    const name = base + String(record['n']);
    expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/);
    const time = baseTime + ((record['t'] as number | undefined) ?? 0);
    expect(time).toBeGreaterThan(2 ** 28);
    const fields = ['v', 'vs', 'vb', 'vd', 'sampled_'].filter((field) => field in record);
    expect(fields).toHaveLength(1);
    return { name, at: Math.round(time * 1000), fields };
  });
}

describe('a SenML pack', () => {
  it('has the base in the first record, absolute seconds, and exactly one value a record', () => {
    const pack = encodePack('icu/bed-01', ORIGIN_AT, [
      { name: 'hr', unit: 'beat/min', value: 72, elapsedMs: 1_008 },
      { name: 'mode', value: 'adult', elapsedMs: 1_000 },
      { name: 'paced', value: false, elapsedMs: 1_004 },
    ]);
    expect(resolve(pack)).toEqual([
      { name: 'icu/bed-01/hr', at: ORIGIN_AT + 1_008, fields: ['v'] },
      { name: 'icu/bed-01/mode', at: ORIGIN_AT + 1_000, fields: ['vs'] },
      { name: 'icu/bed-01/paced', at: ORIGIN_AT + 1_004, fields: ['vb'] },
    ]);
    expect(JSON.parse(pack)).toEqual([
      { bn: 'icu/bed-01/', bt: (ORIGIN_AT + 1_000) / 1000, n: 'hr', u: 'beat/min', v: 72, t: 0.008 },
      { n: 'mode', vs: 'adult' },
      { n: 'paced', vb: false, t: 0.004 },
    ]);
  });

  it('carries a waveform block as FHIR SampledData that reads back on the grid of its resolution', () => {
    const values = [0, 0.333, -0.12, 1.1];
    const pack = encodePack('icu/bed-01', ORIGIN_AT, [
      { name: 'ecg-ii', value: { periodMs: 4, values }, resolution: 0.005, elapsedMs: 248 },
    ]);
    expect(resolve(pack)).toEqual([{ name: 'icu/bed-01/ecg-ii', at: ORIGIN_AT + 248, fields: ['sampled_'] }]);
    const [record] = JSON.parse(pack) as { sampled_: unknown }[];
    expect(parseSampledData(record!.sampled_)).toEqual({ periodMs: 4, values: [0, 0.335, -0.12, 1.1] });
  });
});
