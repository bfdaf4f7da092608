import { describe, expect, it } from '@jest/globals';
import { CONNECTION_EVENTS, nextPhase, type ConnectionEvent } from './connection-state.js';
import type { Phase } from './telewire.js';

// Every state × event, in the order of CONNECTION_EVENTS: opened data lost silent bye refused closed reopened.
const EXPECTED: Record<Phase, string> = {
  connecting: 'connecting live connecting connecting connecting refused closed connecting',
  live: 'live live resuming resuming resuming refused closed live',
  resuming: 'resuming live resuming resuming resuming refused closed resuming',
  refused: 'refused refused refused refused refused refused closed connecting',
  closed: 'closed closed closed closed closed closed closed connecting',
};
const CASES = Object.entries(EXPECTED).flatMap(([phase, row]) =>
  row.split(' ').map((after, i) => [phase as Phase, CONNECTION_EVENTS[i]!, after as Phase] as const),
);

describe('the state of a connection', () => {
  it.each(CASES)('%s, then %s, is %s', (phase, event, after) => {
    expect(nextPhase(phase, event)).toBe(after);
  });

  it('is decided for every state and every event', () => {
    expect(CASES).toHaveLength(5 * CONNECTION_EVENTS.length);
  });

  it('becomes live by data alone', () => {
    const others = CONNECTION_EVENTS.filter((event): event is Exclude<ConnectionEvent, 'data'> => event !== 'data');
    for (const [phase] of CASES)
      for (const event of others) if (phase !== 'live') expect(nextPhase(phase, event)).not.toBe('live');
  });
});
