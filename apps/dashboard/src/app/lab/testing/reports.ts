import { TRANSPORTS } from '@telewire/client';
import type { LaneReport } from '@telewire/lab';
import type { LabEvent, LabTally } from '@telewire/protocol';

/** A report for specs: a lane that is open and has delivered a hundred readings. */
export const report = (said: Partial<LaneReport> = {}): LaneReport => ({
  lane: 'websocket',
  phase: 'live',
  doing: 'open',
  readings: 100,
  repeats: 0,
  lost: 0,
  p50: 41,
  p95: 70,
  p99: 88,
  ages: { fromMs: 1, factor: 2, counts: [0, 0, 0, 0, 0, 90, 10] },
  asked: 0,
  interruptions: 0,
  ...said,
});

/** A tally for specs: one connection that carried a kilobyte. */
export const tally = (said: Partial<LabTally> = {}): LabTally => ({
  requests: 1,
  connections: 1,
  open: 1,
  up: { header: 100, body: 100 },
  down: { header: 100, body: 700 },
  ...said,
});

/** What a session tells four times a second, for specs: the same of each lane. */
export const counted = (at: number, requests = 1): LabEvent => ({
  type: 'tally',
  at,
  http: 4,
  lanes: Object.fromEntries([...TRANSPORTS, 'other'].map((lane) => [lane, tally({ requests })])),
  marks: [[at - 100, 'sse', 'down', 14, 486]],
});
