import { describe, expect, it } from '@jest/globals';
import { naturalHz } from './natural-pace.js';

describe('the natural pace of a widget', () => {
  it('is that of its pixels, and never more than a screen shows', () => {
    expect(naturalHz('wave', 700, false)).toBe(60);
    expect(naturalHz('wave', 700, true)).toBe(47.25);
    expect(naturalHz('trend', 610, false)).toBe(2.03);
    expect(naturalHz('trend', 6, false)).toBe(0.1);
  });

  it('is not there where time has no axis', () => {
    for (const kind of ['number', 'log', 'table'] as const) expect(naturalHz(kind, 700, false)).toBeUndefined();
  });
});
