import { describe, expect, it } from '@jest/globals';
import type { Station } from './road-readings.js';
import { Ruler } from './ruler.js';

const station = (km: number): Station => ({
  device: `a9/${km}`,
  label: '',
  detail: '',
  km,
  lanes: 3,
  intervalMs: 10_000,
});

describe('the ruler', () => {
  const ruler = new Ruler([station(5), station(7), station(8.2)]);

  it('has kilometres go up', () => {
    expect(ruler.down(8.2)).toBeLessThan(ruler.down(5));
    expect(ruler.down(4.1)).toBeCloseTo(1);
  });

  it('gives each station the road half way to its neighbours, without a hole', () => {
    const [top0, bottom0] = ruler.stretch(0);
    const [top1, bottom1] = ruler.stretch(1);
    expect(bottom0).toBe(1);
    expect(top0).toBe(bottom1);
    expect(top1).toBe(ruler.stretch(2)[1]);
    expect(ruler.stretch(2)[0]).toBe(0);
  });

  it('marks whole kilometres', () => {
    expect(ruler.marks).toEqual([5, 6, 7, 8, 9]);
  });
});
