import { VirtualTimeScheduler } from 'rxjs';
import { type Frame, jsonWriter, type SoleSubscription } from '@telewire/protocol';
import type { Value } from '@telewire/telemetry';
import type { EncodedFrame } from '../hub/encoded-frame.js';
import { Hub, type HubOptions } from '../hub/hub.js';
import type { Reader } from '../hub/reader.js';
import { MemoryJournal } from '../journal/memory-journal.js';
import type { RingOptions } from '../journal/ring-journal.js';

/** Virtual time that runs on demand, and whose clock can be set like that of a machine. */
export class TestClock extends VirtualTimeScheduler {
  #setByMs = 0;

  /** Runs what is due within `ms`. */
  advance(ms: number): void {
    this.maxFrames = this.frame + ms;
    this.flush();
    this.frame = this.maxFrames;
  }

  /** Sets the clock forward, or back where `ms` is negative; timers stay as they are. */
  set(ms: number): void {
    this.#setByMs += ms;
  }

  /** Timers that have not fired. */
  get timers(): number {
    return this.actions.filter((each) => !each.closed).length;
  }

  override now = (): number => 1_790_000_000_000 + this.#setByMs + this.frame;
}

/** A hub over a memory journal in virtual time. */
export class HubBench {
  readonly clock = new TestClock();
  readonly journal: MemoryJournal;
  readonly hub: Hub;

  constructor(bounds: Partial<RingOptions> = {}, options: Partial<HubOptions> = {}) {
    this.journal = new MemoryJournal({ maxBytes: 1 << 26, segmentSize: 64, ...bounds });
    this.hub = new Hub(this.journal, this.clock, {
      heartbeatMs: 5000,
      reconnectSpreadMs: 2000,
      waveformAmong: () => undefined,
      ...options,
    });
  }

  /** Appends one reading. */
  append(series: string, value: Value): void {
    this.appendAll([[series, value]]);
  }

  /** Appends readings in one commit; where nothing else is said, their device time is that of the clock. */
  appendAll(readings: readonly (readonly [series: string, value: Value, at?: number])[]): void {
    const receivedAt = this.clock.now();
    void this.journal.append(
      readings.map(([series, value, at = receivedAt]) => ({ series, value, at, receivedAt, quality: 'good' })),
    );
  }

  /** Opens a reader with one subscription. */
  reader(subscription: Partial<SoleSubscription> = {}, id?: string): Reader {
    const reader = this.hub.open(jsonWriter);
    reader.subscribe(id, { filters: ['#'], policy: 'every', maxHz: 10, ...subscription });
    return reader;
  }
}

/** The frame that these bytes say. */
export const frameOf = ({ bytes }: EncodedFrame): Frame => JSON.parse(Buffer.from(bytes).toString()) as Frame;

/** Takes all that there is. */
export function takeAll(reader: Reader): Frame[] {
  const frames: Frame[] = [];
  for (let frame = reader.take(); frame; frame = reader.take()) frames.push(frameOf(frame));
  return frames;
}
