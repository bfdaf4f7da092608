import { describe, expect, it } from '@jest/globals';
import { CALM } from '@telewire/lab';
import { weatherWords } from './lab-plan.js';

describe('the weather in words', () => {
  it('names what is not calm', () => {
    expect(weatherWords(CALM)).toBe('calm');
    expect(weatherWords({ ...CALM, delayMs: 300, buffers: true, cutEveryS: 5 })).toBe(
      '300 ms delay, a proxy that buffers, cut every 5 s',
    );
    expect(weatherWords({ ...CALM, jitterMs: 50, kilobitsPerSecond: 64, silent: true })).toBe(
      'up to 50 ms jitter, 64 kbit/s, silence after the handshake',
    );
  });
});
