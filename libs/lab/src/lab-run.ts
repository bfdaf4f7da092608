import type { LabBytes, LabLane, LabTally, LabWeather } from '@telewire/protocol';
import type { DuplexReport } from './duplex.js';
import type { LaneReport } from './lane-report.js';
import type { RunChange, RunSettings } from './run-settings.js';

/** What became of echoes, and the weather they were sent in. */
export interface EchoRun extends DuplexReport {
  readonly weather?: Partial<LabWeather>;
}

/** A race that has been run: what was set at its beginning, what the clients experienced, and what the proxy counted. */
export interface LabRun extends RunSettings {
  readonly title?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly seconds: number;
  /** What was set while it ran, in order. */
  readonly changes?: readonly RunChange[];
  readonly lanes: readonly LaneReport[];
  readonly tallies: Readonly<Partial<Record<LabLane, LabTally>>>;
  readonly duplex?: readonly EchoRun[];
}

/** What a lane's readings have cost on the wire. */
export interface LaneCost {
  /** Both ways together. */
  readonly headerBytes: number;
  readonly bodyBytes: number;
  /** `headerBytes` of all bytes, 0 to 1; `undefined` where there are none. */
  readonly overhead?: number;
  /** All bytes both ways, for each reading that came; `undefined` where none came. */
  readonly bytesPerReading?: number;
}

/** What `readings` have cost by a tally of their lane. */
export function costOf(readings: number, { up, down }: Pick<LabTally, 'up' | 'down'>): LaneCost {
  const headerBytes = up.header + down.header;
  const bodyBytes = up.body + down.body;
  const bytes = headerBytes + bodyBytes;
  return {
    headerBytes,
    bodyBytes,
    ...(bytes > 0 && { overhead: headerBytes / bytes }),
    ...(readings > 0 && { bytesPerReading: bytes / readings }),
  };
}

/** What has come on top of `before`; a tally counts from the beginning of its session. `open` is as of now. */
export function tallySince(now: LabTally, before: LabTally | undefined): LabTally {
  if (!before) return now;
  const less = (a: LabBytes, b: LabBytes): LabBytes => ({ header: a.header - b.header, body: a.body - b.body });
  return {
    requests: now.requests - before.requests,
    connections: now.connections - before.connections,
    open: now.open,
    up: less(now.up, before.up),
    down: less(now.down, before.down),
  };
}
