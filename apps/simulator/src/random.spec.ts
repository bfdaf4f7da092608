import { describe, expect, it } from '@jest/globals';
import { noiseOf, Random } from './random.js';

const draw = (random: Random, count: number, one: (random: Random) => number): number[] =>
  Array.from({ length: count }, () => one(random));
const mean = (values: number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
const variance = (values: number[]): number => mean(values.map((each) => each ** 2)) - mean(values) ** 2;

describe('Random', () => {
  it('gives the same numbers for the same seed and stream, and others for another', () => {
    const of = (seed: number, stream: string) => draw(new Random(seed, stream), 20, (random) => random.uniform());
    expect(of(1, 'beats')).toEqual(of(1, 'beats'));
    expect(of(1, 'beats')).not.toEqual(of(2, 'beats'));
    expect(of(1, 'beats')).not.toEqual(of(1, 'breathing'));
  });

  it('draws gaussian and Poisson numbers with the mean and variance asked for', () => {
    const gaussian = draw(new Random(7), 20_000, (random) => random.gaussian(5, 2));
    expect(mean(gaussian)).toBeCloseTo(5, 1);
    expect(variance(gaussian)).toBeCloseTo(4, 0);
    const poisson = draw(new Random(7), 20_000, (random) => random.poisson(4.2));
    expect(mean(poisson)).toBeCloseTo(4.2, 1);
    expect(variance(poisson) / 4.2).toBeCloseTo(1, 1);
    expect(new Random(7).poisson(0)).toBe(0);
  });

  it('makes noise that has no mean and depends on the sample alone', () => {
    const noise = Array.from({ length: 10_000 }, (_, sample) => noiseOf(42, sample));
    expect(mean(noise)).toBeCloseTo(0, 1);
    expect(Math.max(...noise)).toBeLessThan(1);
    expect(noiseOf(42, 5_000)).toBe(noise[5_000]);
  });
});
