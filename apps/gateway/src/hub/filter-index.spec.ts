import { describe, expect, it } from '@jest/globals';
import { matches } from '@telewire/telemetry';
import { randomOf } from '../testing/seeded-random.js';
import { FilterIndex } from './filter-index.js';

describe('a filter index', () => {
  it('finds what matching every filter one by one finds, while filters come and go', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomOf(seed);
      const level = () => random.pick(['a', 'b', 'c', '', '+']);
      const filter = () => {
        const levels = Array.from({ length: random.upTo(4) }, level);
        if (levels.length === 0 || random.chance(0.3)) levels.push('#');
        return levels.join('/');
      };
      const name = () => Array.from({ length: 1 + random.upTo(4) }, () => random.pick(['a', 'b', 'c', ''])).join('/');
      const index = new FilterIndex<number>();
      const filed = new Map<string, { filter: string; item: number }>();
      for (let step = 0; step < 60; step++) {
        const item = random.upTo(8);
        if (random.chance(0.7)) {
          const added = { filter: filter(), item };
          filed.set(JSON.stringify(added), added);
          index.add(added.filter, item);
        } else {
          // Sometimes one that was never filed.
          const gone =
            random.chance(0.8) && filed.size > 0 ? random.pick([...filed.values()]) : { filter: filter(), item };
          filed.delete(JSON.stringify(gone));
          index.delete(gone.filter, gone.item);
        }
        const wanted = name();
        const expected = [...filed.values()].filter((each) => matches(each.filter, wanted)).map((each) => each.item);
        expect({ seed, wanted, found: [...index.match(wanted)].sort() }).toEqual({
          seed,
          wanted,
          found: [...new Set(expected)].sort(),
        });
      }
    }
  });

  it('gives an item once although several of its filters match', () => {
    const index = new FilterIndex<string>();
    for (const filter of ['#', 'a/#', 'a/+', '+/b', 'a/b']) index.add(filter, 'x');
    expect([...index.match('a/b')]).toEqual(['x']);
  });

  it('knows levels by their own names only', () => {
    const index = new FilterIndex<string>();
    index.add('__proto__/constructor', 'x');
    expect(index.match('__proto__/constructor').size).toBe(1);
    expect(index.match('__proto__').size).toBe(0);
    expect(index.match('toString').size).toBe(0);
  });
});
