import { describe, expect, it } from '@jest/globals';
import { TextLog } from './text-log.js';

const line = (at: number, text = String(at)) => ({ at, series: 'a/b', text });

describe('a log', () => {
  it('has the newest line first, also when lines come late', () => {
    const log = new TextLog();
    log.take([line(1), line(3)]);
    log.take([line(2)]);
    expect(log.lines.map(({ text }) => text)).toEqual(['3', '2', '1']);
  });

  it('has what came last first among lines of one time', () => {
    const log = new TextLog();
    log.take([line(1, 'green'), line(1, 'yellow')]);
    expect(log.lines.map(({ text }) => text)).toEqual(['yellow', 'green']);
  });

  it('keeps the newest 200 and no line twice under one key', () => {
    const log = new TextLog();
    for (let at = 0; at < 450; at += 3) log.take([line(at), line(at + 1), line(at + 2)]);
    expect(log.lines).toHaveLength(200);
    expect([log.lines[0]?.at, log.lines.at(-1)?.at]).toEqual([449, 250]);
    expect(new Set(log.lines.map(({ key }) => key)).size).toBe(200);
  });
});
