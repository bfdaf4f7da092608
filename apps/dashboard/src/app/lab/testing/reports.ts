import type { LaneReport } from '@telewire/lab';
import type { LabTally } from '@telewire/protocol';

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
