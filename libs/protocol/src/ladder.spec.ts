import { describe, expect, it } from '@jest/globals';
import { Ladder } from './ladder.js';

/** Ticks so often; the services that it steps to meanwhile, with the tick of each. */
function run(ladder: Ladder, ticks: number, isBehind: boolean | ((tick: number) => boolean)): string[] {
  const steps: string[] = [];
  for (let tick = 1; tick <= ticks; tick++)
    if (ladder.tick(typeof isBehind === 'boolean' ? isBehind : isBehind(tick))) steps.push(`${tick} ${ladder.service}`);
  return steps;
}

describe('the ladder (PROTOCOL R32)', () => {
  it('steps down a rung for each four ticks behind, as far as it goes', () => {
    expect(run(new Ladder('every'), 100, true)).toEqual(['4 extremes', '8 latest', '12 paused']);
    expect(run(new Ladder('latest'), 100, true)).toEqual(['4 paused']);
    expect(run(new Ladder('every', 'latest'), 100, true)).toEqual(['4 extremes', '8 latest']);
  });

  it('does not step for a client that is behind now and then', () => {
    expect(run(new Ladder('every'), 1000, (tick) => tick % 4 !== 0)).toEqual([]);
  });

  it('steps up a rung for each ten ticks of keeping up, to what was asked for', () => {
    const ladder = new Ladder('extremes');
    run(ladder, 8, true);
    expect(ladder.degraded).toBe(true);
    expect(run(ladder, 100, false)).toEqual(['10 latest', '20 extremes']);
    expect(ladder.degraded).toBe(false);
  });

  it('waits for twice as long, at most a minute, where a step up did not last, and for as long as at first once one has', () => {
    const ladder = new Ladder('every');
    run(ladder, 4, true);
    const next = () => {
      const ticks = ticksUntil(ladder, 'every', false);
      ticksUntil(ladder, 'extremes', true);
      return ticks;
    };
    expect([next(), next(), next(), next(), next(), next()]).toEqual([10, 20, 40, 80, 120, 120]);
    ticksUntil(ladder, 'every', false);
    run(ladder, 120, false);
    run(ladder, 4, true);
    expect(ticksUntil(ladder, 'every', false)).toBe(10);
  });
});

function ticksUntil(ladder: Ladder, service: string, isBehind: boolean): number {
  for (let ticks = 1; ticks < 1000; ticks++) if (ladder.tick(isBehind) && ladder.service === service) return ticks;
  throw new Error(`never ${service}`);
}
