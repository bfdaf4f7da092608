import { type Frame, type FrameOf, RowReader, type DeliveredReading } from '@telewire/protocol';

// Only a hung test waits this long; a passing one never does.
const PATIENCE_MS = 20_000;

/** Frames as they arrive, to be awaited one after another. */
export class Inbox {
  readonly all: Frame[] = [];
  readonly #rows = new RowReader();
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #ended: Error | undefined;

  /** Takes a frame in. */
  push(frame: Frame): void {
    this.all.push(frame);
    if (frame.type === 'series') this.#rows.learn(frame.names);
    for (const wake of this.#waiting) wake();
  }

  /** No more frames will come. */
  end(why: string): void {
    this.#ended = new Error(why);
    for (const wake of this.#waiting) wake();
  }

  /** The next frame of this type; others before it are passed over. */
  async next<T extends Frame['type']>(type: T): Promise<FrameOf<T>> {
    return (await this.until((frame) => frame.type === type, `a ${type} frame`)) as FrameOf<T>;
  }

  /** The next frame that fits. */
  async until(fits: (frame: Frame) => boolean, what = 'a frame'): Promise<Frame> {
    // Of the whole wait: heartbeats that go on coming do not make it longer.
    const patienceEnds = Date.now() + PATIENCE_MS;
    for (;;) {
      while (this.#taken < this.all.length) {
        const frame = this.all[this.#taken++]!;
        if (fits(frame)) return frame;
      }
      if (this.#ended) throw new Error(`waited for ${what}: ${this.#ended.message}`);
      await this.#news(what, patienceEnds - Date.now());
    }
  }

  /** The next `count` readings of a subscription, over as many frames as they need, in order of arrival. */
  async readings(count: number, id?: string): Promise<DeliveredReading[]> {
    const found: DeliveredReading[] = [];
    while (found.length < count) {
      const frame = await this.until((each) => each.type === 'readings' && each.id === id, `${count} readings`);
      found.push(...this.rows(frame));
    }
    return found;
  }

  /** The readings that a frame carries. */
  rows(frame: Frame): DeliveredReading[] {
    if (frame.type !== 'readings' && frame.type !== 'snapshot') return [];
    return frame.rows.map((row) => this.#rows.read(row, frame.id));
  }

  #news(what: string, patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(patience);
        this.#waiting.delete(done);
        resolve();
      };
      const patience = setTimeout(() => {
        this.#waiting.delete(done);
        reject(new Error(`waited in vain for ${what}; came: ${JSON.stringify(this.all).slice(-1500)}`));
      }, patienceMs);
      this.#waiting.add(done);
    });
  }
}
