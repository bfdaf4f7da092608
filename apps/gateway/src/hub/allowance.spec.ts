import { expect, it } from '@jest/globals';
import { Allowance } from './allowance.js';

it('allows a burst at once and then so many a second, also when the clock is set back', () => {
  let now = 1_000_000;
  const allowance = new Allowance(3, 2, () => now);
  const taken = () => Array.from({ length: 5 }, () => allowance.take()).filter(Boolean).length;
  expect(taken()).toBe(3);
  now += 1000;
  expect(taken()).toBe(2);
  now -= 3_600_000;
  expect(taken()).toBe(0);
  now += 500;
  expect(taken()).toBe(1);
});
