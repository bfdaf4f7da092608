import type { LabLane } from '@telewire/protocol';

/** The bytes of a connection in one direction: one mark a piece and lane, not one for every line of a head. */
export class ByteCount {
  #lane: LabLane = 'other';
  #header = 0;
  #body = 0;
  #nameless = 0;

  constructor(private readonly counted: (lane: LabLane, header: number, body: number) => void) {}

  /** Bytes of a lane pass. */
  add(lane: LabLane, header: number, body: number): void {
    if (this.#lane !== lane) this.flush();
    this.#lane = lane;
    this.#header += header;
    this.#body += body;
  }

  /** Bytes of a request whose start line has not passed: nobody knows yet whose they are. */
  addNameless(header: number): void {
    this.#nameless += header;
  }

  /** Now it is known. */
  name(lane: LabLane): void {
    const header = this.#nameless;
    this.#nameless = 0;
    if (header > 0) this.add(lane, header, 0);
  }

  /** The piece is over: tells what it had. */
  flush(): void {
    const [header, body] = [this.#header, this.#body];
    this.#header = this.#body = 0;
    if (header + body > 0) this.counted(this.#lane, header, body);
  }
}
