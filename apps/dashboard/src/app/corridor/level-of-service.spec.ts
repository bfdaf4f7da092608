import { describe, expect, it } from '@jest/globals';
import { densityOf, levelOfService } from './level-of-service.js';

describe('level of service', () => {
  it.each([
    [0, 'A'],
    [6.8, 'A'],
    [6.9, 'B'],
    [16.2, 'C'],
    [21.7, 'D'],
    [28, 'E'],
    [28.1, 'F'],
  ])('of %d pc/km/lane is %s', (density, level) => expect(levelOfService(density)).toBe(level));

  it('takes the mean density of the lanes, an empty lane as zero', () => {
    expect(
      densityOf([
        { flow: 1000, speed: 100 },
        { flow: 0, speed: undefined },
      ]),
    ).toBe(5);
  });

  it('knows no density without flow', () => {
    expect(densityOf([{ flow: undefined, speed: 80 }])).toBeUndefined();
  });
});
