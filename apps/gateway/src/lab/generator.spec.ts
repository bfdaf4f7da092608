import { beforeEach, describe, expect, it } from '@jest/globals';
import { HubBench } from '../testing/hub-bench.js';
import { Registry } from '../registry/registry.js';
import { Generator } from './generator.js';

let bench: HubBench;
let registry: Registry;
let generator: Generator;
const made = () => bench.journal.head;
const entries = () => Array.from({ length: made() }, (_, i) => bench.journal.entry(i + 1)!);

beforeEach(() => {
  bench = new HubBench();
  registry = new Registry(bench.journal);
  generator = new Generator('telewire/lab-1', bench.journal, registry, bench.clock);
});

describe('the generator', () => {
  it.each([0.2, 1, 3, 60, 500])('makes %d readings a second, evenly, of now', (rateHz) => {
    generator.run(rateHz);
    const startedAt = bench.clock.now();
    bench.clock.advance(10_000);
    expect(made()).toBe(rateHz * 10);
    for (const { at, receivedAt, n } of entries()) {
      expect(at).toBe(receivedAt);
      expect(Math.abs(at - startedAt - (n * 1000) / rateHz)).toBeLessThan(1);
    }
  });

  it('is not disturbed by being told its own rate again', () => {
    generator.run(1);
    bench.clock.advance(900);
    generator.run(1);
    bench.clock.advance(100);
    expect(made()).toBe(1);
  });

  it('makes up exactly for what a busy moment held up, and not for a sleep', () => {
    generator.run(100);
    bench.clock.advance(100);
    bench.clock.set(1000);
    bench.clock.advance(900);
    expect(made()).toBe(200);
    bench.clock.set(3_600_000);
    bench.clock.advance(1000);
    expect(made()).toBeGreaterThan(290);
    expect(made()).toBeLessThanOrEqual(300);
    bench.clock.set(-3_600_000);
    bench.clock.advance(1000);
    expect(made()).toBeGreaterThan(380);
    expect(made()).toBeLessThanOrEqual(400);
  });

  it('is known with unit and interval while it runs, and leaves no timer and no series behind', () => {
    const known = () => registry.inventory(0).series.map(({ series, intervalMs }) => [series, intervalMs]);
    const before = registry.inventory(0);
    generator.run(4);
    expect(known()).toContainEqual(['telewire/lab-1', 250]);
    generator.run(0);
    expect(known()).toContainEqual(['telewire/lab-1', null]);
    bench.clock.advance(10_000);
    expect(made()).toBe(0);
    generator.run(4);
    generator.stop();
    expect(bench.clock.timers).toBe(0);
    expect(registry.inventory(0)).toEqual(before);
    bench.clock.advance(10_000);
    expect(made()).toBe(0);
  });
});
