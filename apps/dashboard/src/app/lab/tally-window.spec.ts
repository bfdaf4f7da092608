import { describe, expect, it } from '@jest/globals';
import type { LabTally } from '@telewire/protocol';
import { TallyWindow } from './tally-window.js';

const tally = (requests: number, header: number, body: number): LabTally => ({
  requests,
  connections: 1,
  open: 1,
  up: { header: 0, body: 0 },
  down: { header, body },
});

describe('the window over tallies', () => {
  it('says nothing of a pace before a second has passed', () => {
    const window = new TallyWindow();
    expect(window.pace('poll')).toBeUndefined();
    window.take(0, { poll: tally(0, 0, 0) });
    window.take(500, { poll: tally(1, 100, 0) });
    expect(window.pace('poll')).toBeUndefined();
  });

  it('counts bytes by the second and questions by the minute', () => {
    const window = new TallyWindow();
    window.take(0, { poll: tally(3, 0, 0) });
    window.take(4_000, { poll: tally(5, 400, 3_600) });
    expect(window.pace('poll')).toEqual({ bytesPerSecond: 1_000, asksPerMinute: 30 });
  });

  it('forgets what lies before the last ten seconds', () => {
    const window = new TallyWindow();
    for (let at = 0; at <= 30_000; at += 250) window.take(at, { poll: tally(0, 0, at < 15_000 ? at : 15_000) });
    expect(window.pace('poll')?.bytesPerSecond).toBe(0);
  });

  it('knows nothing of a lane that was not told of', () => {
    const window = new TallyWindow();
    window.take(0, {});
    window.take(5_000, {});
    expect(window.pace('sse')).toBeUndefined();
  });
});
