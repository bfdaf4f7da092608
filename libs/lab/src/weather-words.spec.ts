import { describe, expect, it } from '@jest/globals';
import { CALM, weatherWords } from './index.js';

describe('the weather in words', () => {
  it('is calm where nothing is set, or nothing of it does anything', () => {
    expect([weatherWords({}), weatherWords(CALM)]).toEqual(['calm', 'calm']);
  });

  it.each([
    [{ delayMs: 300 }, '300 ms delay each way'],
    [{ jitterMs: 50 }, 'up to 50 ms jitter'],
    [{ kilobitsPerSecond: 64 }, '64 kbit/s'],
    [{ buffers: true }, 'a proxy that buffers'],
    [{ silent: true }, 'silence after the handshake'],
    [{ cutEveryS: 5 }, 'cut every 5 s'],
  ])('names %p', (weather, words) => expect(weatherWords({ ...CALM, ...weather })).toBe(words));

  it('names all that is not calm, one after the other', () => {
    expect(weatherWords({ delayMs: 300, buffers: true, cutEveryS: 5 })).toBe(
      '300 ms delay each way, a proxy that buffers, cut every 5 s',
    );
  });
});
