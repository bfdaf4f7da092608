import { TRANSPORTS, type TransportName } from '@telewire/client';
import type { LabTally } from '@telewire/protocol';
import type { LabRun, LaneReport } from '../src/index.js';
import { AgeCounts } from '../src/age-counts.js';

const ages = new AgeCounts();
for (const age of [2, 2, 3, 80]) ages.add(age);

const report = (lane: TransportName, more: Partial<LaneReport> = {}): LaneReport => ({
  lane,
  phase: 'live',
  doing: 'open',
  readings: 1200,
  repeats: 0,
  lost: 0,
  withheld: 0,
  ages: ages.histogram(),
  p50: 2,
  p95: 3.04,
  p99: 80.4,
  shownAgeMs: 52.25,
  asked: 0,
  interruptions: 0,
  longestSilenceMs: 104,
  ...more,
});

const tally: LabTally = {
  requests: 1,
  connections: 1,
  open: 1,
  up: { header: 742, body: 61 },
  down: { header: 2_410, body: 84_000 },
};

/** A run with everything that a report can show. */
export const RUN: LabRun = {
  title: 'Ten a second | calm',
  startedAt: Date.UTC(2026, 10, 23, 10),
  seconds: 120,
  rateHz: 10,
  weather: { delayMs: 150, cutEveryS: 5 },
  terms: { filters: ['lab/s1/x'], pollEveryMs: 2000 },
  changes: [
    { afterS: 30.5, rateHz: 100, weather: { delayMs: 150 }, terms: { filters: ['lab/s1/x'], pollEveryMs: 2000 } },
    { afterS: 90, terms: { filters: ['icu/bed-01/#'], unpaced: true } },
  ],
  lanes: TRANSPORTS.map((lane) => {
    if (lane === 'poll')
      return report(lane, { asked: 60, heldMs: 3, restMs: 1997, repeats: 2, p50: 1012, p99: 12_345 });
    if (lane === 'long-poll')
      return report(lane, { asked: 1201, heldMs: 97.4, restMs: 2.5, lost: 3, interruptions: 1, notBackMs: 2_100 });
    if (lane === 'sse') return report(lane, { interruptions: 2, longestRecoveryMs: 1520 });
    if (lane !== 'http-stream') return report(lane);
    const none = { p50: undefined, p95: undefined, p99: undefined, shownAgeMs: undefined, longestSilenceMs: undefined };
    return report(lane, { readings: 0, ...none });
  }),
  tallies: {
    websocket: tally,
    'http-stream': { ...tally, down: { header: 0, body: 0 }, up: { header: 0, body: 0 } },
    sse: tally,
    'long-poll': {
      ...tally,
      requests: 1201,
      up: { header: 480_000, body: 120_000 },
      down: { header: 360_000, body: 240_000 },
    },
    other: { ...tally, requests: 4 },
  },
  duplex: [
    { way: 'websocket', sent: 50, returned: 50, requests: 1, p50: 0.62, p99: 1.9, weather: { jitterMs: 5 } },
    { way: 'sse-post', sent: 50, returned: 49, requests: 51, p50: 1.4, p99: 4.25, failure: 'not all came back' },
  ],
};
