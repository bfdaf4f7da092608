import { describe, expect, it } from '@jest/globals';
import {
  faults,
  get,
  hear,
  lines,
  POLL,
  SOCKET,
  SSE,
  type Step,
  STREAM,
  SWITCH,
  titles,
} from '../../../../../test/support/conversation.js';
import { randomOf } from '../../testing/seeded-random.js';

const only = <T>(list: readonly T[]): T => {
  expect(list).toHaveLength(1);
  return list[0]!;
};

describe('what is not HTTP', () => {
  const answered = (head: string): Step[] => [POLL[0]!, ['down', head]];
  it.each<[string, Step[], string]>([
    ['no request', [['up', 'hello\r\n\r\n']], 'RFC 9112 §3'],
    ['TLS', [['up', `${String.fromCharCode(22, 3, 1)}\n`]], 'RFC 9112 §3'],
    ['an endless start line', [['up', 'x'.repeat(70_000)]], 'more than 64 KiB'],
    ['an endless head', [['up', get('/a', ...Array<string>(7000).fill('name: value'))]], 'more than 64 KiB'],
    ['no answer', answered('ICY 200 OK\r\n\r\n'), 'RFC 9112 §4'],
    ['an answer to nothing', [['down', lines('HTTP/1.1 408 Request Timeout', 'Content-Length: 0')]], 'RFC 9112 §9.2'],
    ['a switch that nobody asked for', answered(SWITCH), 'RFC 9110 §15.2.2'],
    ['a chunk without a size', answered(`${lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}xyz\r\n`), '§7.1'],
    [
      'a chunk that is too long',
      answered(`${lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}1\r\nab\r\n`),
      '§7.1',
    ],
    ['a line that is no field', answered(lines('HTTP/1.1 204 No Content', 'no field')), 'RFC 9112 §5'],
    ['two lengths', answered(lines('HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2')), '§6.3'],
    [
      'a length and chunks',
      answered(lines('HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked')),
      '§6.1',
    ],
    ['half an answer', [...answered(lines('HTTP/1.1 200 OK', 'Content-Length: 5')), ['end', 'down']], 'RFC 9112 §8'],
  ])('is named: %s', (_what, steps, clause) => {
    expect(only(faults(hear(steps)))).toContain(clause);
  });

  it('is counted on and on, and shown once', () => {
    const heard = hear([
      ['up', 'hello\r\n'],
      ['up', get('/api/v1/readings')],
      ['up', 'x'.repeat(100_000)],
    ]);
    expect(titles(heard)).toEqual(['broken broken']);
  });
});

describe('however the bytes are cut', () => {
  const sessions = {
    POLL,
    SSE,
    STREAM,
    SOCKET,
    'all on one connection': [...POLL, ...SSE, ...POLL, ...SOCKET],
  };
  it.each(Object.entries(sessions))('the messages and the counts are the same: %s', (_name, steps) => {
    const whole = hear(steps);
    const one = hear(steps, () => 1);
    expect(one).toEqual(whole);
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomOf(seed);
      expect(hear(steps, () => 1 + random.upTo(1 + random.upTo(40)))).toEqual(whole);
    }
  });

  it('an endless head is given up at the same byte', () => {
    const endless: Step[] = [['up', `${get('/api/v1/readings').trimEnd()}\r\nname: ${'x'.repeat(70_000)}`]];
    const random = randomOf(1);
    expect(hear(endless, () => 1 + random.upTo(5000))).toEqual(hear(endless));
  });

  it('noise is counted to the byte and never throws', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomOf(seed);
      const noise = (length: number) => Buffer.from(Array.from({ length }, () => random.upTo(256)));
      const mangle = (step: Step): Step => {
        if (step[0] === 'end') return step;
        const said = Buffer.from(step[1] as string, 'latin1');
        if (random.chance(0.3)) said[random.upTo(said.length)] = random.upTo(256);
        if (random.chance(0.1)) return [step[0], Buffer.concat([said, noise(random.upTo(50))])];
        return [step[0], said];
      };
      const steps = random.pick(Object.values(sessions)).map(mangle);
      const cuts = randomOf(seed);
      expect(hear(steps, () => 1 + cuts.upTo(30)).totals).toEqual(hear(steps).totals);
    }
  });
});
