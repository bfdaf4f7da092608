import { beforeEach, describe, expect, it } from '@jest/globals';
import { Refusals } from './refusals.js';

describe('refusals', () => {
  let now: number;
  let lines: string[];
  let refusals: Refusals;

  beforeEach(() => {
    now = 1_790_000_000_000;
    lines = [];
    refusals = new Refusals(
      (line) => lines.push(line),
      () => now,
    );
  });

  it('are counted by reason', () => {
    for (const reason of ['a', 'b', 'a', 'a']) refusals.add(reason, 'topic', 'detail');
    expect([...refusals.counts]).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
  });

  it('reach the log once in 10 s for each reason, with their number', () => {
    for (let i = 0; i < 100; i++) {
      refusals.add('not-json', 'telewire/data/a', 'why');
      now += 200;
    }
    refusals.add('bad-name', 'telewire/data/b', 'x');
    expect(lines).toEqual([
      'refused (not-json, 1 so far) on telewire/data/a: why',
      'refused (not-json, 51 so far) on telewire/data/a: why',
      'refused (bad-name, 1 so far) on telewire/data/b: x',
    ]);
  });

  it('reach the log although the clock was set back', () => {
    refusals.add('a', 't', 'd');
    now -= 3_600_000;
    refusals.add('a', 't', 'd');
    expect(lines).toHaveLength(2);
  });

  it('write no lines, colours or turns of direction of their own into the log', () => {
    const evil = 'a\nb\r\u001b[31mc\u0000\u007f\u0085\u009b\u2028\u2029\u202e\u2066\ud800';
    refusals.add('bad-name', evil, evil);
    expect(lines[0]).toBe('refused (bad-name, 1 so far) on a?b??[31mc?????????: a?b??[31mc?????????');
  });

  it('leave text in any language as it is', () => {
    refusals.add('bad-name', 'Zürich/東京', '🚑');
    expect(lines[0]).toContain('Zürich/東京: 🚑');
  });

  it('write a short line however long the topic', () => {
    refusals.add('bad-name', 't'.repeat(60_000), 'd'.repeat(60_000));
    expect(lines[0]!.length).toBeLessThan(400);
  });
});
