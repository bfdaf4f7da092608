import { LAB_LANES, type LabLane, type LabMark, type LabTally } from '@telewire/protocol';
import type { Direction } from './wire/draft.js';

/** Marks told at one time at most. */
export const MAX_MARKS = 400;

/** What every lane of a session has cost so far. */
export class Tallies {
  readonly lanes = Object.fromEntries(LAB_LANES.map((lane) => [lane, emptyTally()])) as Record<LabLane, LabTally>;
  #marks: LabMark[] = [];

  /** Bytes have passed. */
  counted(at: number, lane: LabLane, direction: Direction, header: number, body: number): void {
    const bytes = this.lanes[lane][direction];
    bytes.header += header;
    bytes.body += body;
    this.#marks.push([at, lane, direction, header, body]);
    if (this.#marks.length >= 2 * MAX_MARKS) this.#marks = this.#marks.slice(-MAX_MARKS);
  }

  /** A request of the lane has passed. */
  requested(lane: LabLane): void {
    this.lanes[lane].requests++;
  }

  /** A connection is used by the lane for the first time. */
  joined(lane: LabLane): void {
    this.lanes[lane].connections++;
    this.lanes[lane].open++;
  }

  /** A connection that the lane has used is closed. */
  left(lane: LabLane): void {
    this.lanes[lane].open--;
  }

  /** The newest marks since the last time. */
  takeMarks(): LabMark[] {
    const marks = this.#marks.slice(-MAX_MARKS);
    this.#marks = [];
    return marks;
  }
}

const emptyTally = (): LabTally => ({
  requests: 0,
  connections: 0,
  open: 0,
  up: { header: 0, body: 0 },
  down: { header: 0, body: 0 },
});
