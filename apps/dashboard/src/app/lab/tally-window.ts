import type { LabBytes, LabLane, LabTally } from '@telewire/protocol';

/** Rates are taken over so long: a poll each two seconds has asked five times in it. */
export const WINDOW_MS = 10_000;

interface Taken {
  readonly at: number;
  readonly lanes: Readonly<Partial<Record<LabLane, LabTally>>>;
}

/** What a lane does at present, taken from the last {@link WINDOW_MS}. */
export interface Pace {
  readonly bytesPerSecond: number;
  readonly asksPerMinute: number;
}

const bytesOf = ({ header, body }: LabBytes): number => header + body;
const allOf = ({ up, down }: LabTally): number => bytesOf(up) + bytesOf(down);

/** The tallies of the last seconds, for what is counted by the second. */
export class TallyWindow {
  private taken: readonly Taken[] = [];

  take(at: number, lanes: Taken['lanes']): void {
    const first = this.taken.findLastIndex((each) => each.at <= at - WINDOW_MS);
    this.taken = [...this.taken.slice(Math.max(0, first)), { at, lanes }];
  }

  /** `undefined` until two tallies are a second apart. */
  pace(lane: LabLane): Pace | undefined {
    const [first, last] = [this.taken[0], this.taken.at(-1)];
    const [from, to] = [first?.lanes[lane], last?.lanes[lane]];
    if (first === undefined || last === undefined || from === undefined || to === undefined) return undefined;
    const seconds = (last.at - first.at) / 1000;
    if (seconds < 1) return undefined;
    return {
      bytesPerSecond: (allOf(to) - allOf(from)) / seconds,
      asksPerMinute: ((to.requests - from.requests) / seconds) * 60,
    };
  }

  clear(): void {
    this.taken = [];
  }
}
