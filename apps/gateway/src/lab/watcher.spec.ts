import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LabLane } from '@telewire/protocol';
import { MAX_MARKS, Tallies } from './tallies.js';
import { MAX_MESSAGES_PER_SECOND, Watcher } from './watcher.js';

const message = (lane: LabLane, at: number) => ({
  at,
  lane,
  direction: 'down' as const,
  kind: 'chunk' as const,
  header: 1,
  body: 2,
  title: 'event',
  fields: [],
  bytes: Buffer.from('abc'),
  text: 'bc',
});

describe('the watcher', () => {
  let watcher: Watcher;
  beforeEach(() => {
    watcher = new Watcher();
  });

  it('takes the messages of its lane, and says when the first of them waits', () => {
    expect(watcher.take(1, message('sse', 0))).toBe(false);
    watcher.lane = 'sse';
    expect(watcher.take(1, message('sse', 0))).toBe(true);
    expect(watcher.take(2, message('sse', 1))).toBe(false);
    expect(watcher.take(2, message('poll', 1))).toBe(false);
    expect(watcher.flush()).toMatchObject({
      messages: [{ connection: 1, bytes: 'YWJj' }, { connection: 2 }],
      missed: 0,
    });
    expect(watcher.flush()).toEqual({ messages: [], missed: 0 });
    expect(watcher.take(1, message('sse', 2))).toBe(true);
  });

  it('leaves out and counts what nobody could read', () => {
    watcher.lane = 'sse';
    for (let i = 0; i < MAX_MESSAGES_PER_SECOND + 5; i++) watcher.take(1, message('sse', i));
    expect(watcher.flush().missed).toBe(5);
    for (let i = 0; i < 3; i++) watcher.take(1, message('sse', 999));
    expect(watcher.flush()).toEqual({ messages: [], missed: 3 });
    watcher.take(1, message('sse', 1000));
    expect(watcher.flush()).toMatchObject({ messages: [{}], missed: 0 });
  });
});

describe('the tallies', () => {
  it('add up for each lane and direction', () => {
    const tallies = new Tallies();
    tallies.requested('poll');
    tallies.joined('poll');
    tallies.joined('poll');
    tallies.left('poll');
    tallies.counted(5, 'poll', 'up', 10, 1);
    tallies.counted(6, 'poll', 'up', 20, 2);
    expect(tallies.lanes.poll).toEqual({
      requests: 1,
      connections: 2,
      open: 1,
      up: { header: 30, body: 3 },
      down: { header: 0, body: 0 },
    });
    expect(tallies.takeMarks()).toEqual([
      [5, 'poll', 'up', 10, 1],
      [6, 'poll', 'up', 20, 2],
    ]);
    expect(tallies.takeMarks()).toEqual([]);
  });

  it('keep the newest marks', () => {
    const tallies = new Tallies();
    for (let at = 0; at < 3 * MAX_MARKS - 100; at++) tallies.counted(at, 'sse', 'down', 1, 1);
    const marks = tallies.takeMarks();
    expect(marks).toHaveLength(MAX_MARKS);
    expect(marks[0]![0]).toBe(2 * MAX_MARKS - 100);
  });
});
