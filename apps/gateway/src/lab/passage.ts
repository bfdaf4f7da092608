import type { SchedulerLike, Subscription } from 'rxjs';
import type { LabWeather } from '@telewire/protocol';

/** Where a {@link Passage} leads to. */
export interface Outlet {
  /** False while the receiver has no room; {@link Passage.go} says that it has again. */
  readonly hasRoom: boolean;
  /** Takes bytes from the front; returns how many. Fewer than all: nothing more passes until the weather changes. */
  take(piece: Buffer): number;
  /** Nothing more comes. */
  end(): void;
}

/** So much waits in a passage before its source is asked to be patient. */
export const MAX_WAITING_BYTES = 512 * 1024;

// What a narrow line lets through at a time: small enough to trickle, large enough not to wake for every byte.
const SLICE_MS = 20;
const MIN_SLICE_BYTES = 64;

interface Waiting {
  readonly piece: Buffer;
  readonly at: number;
  /** Which part of the jitter it gets, 0 to 1. */
  readonly luck: number;
}

/**
 * One direction of a connection, under the weather: bytes come out in order, late by delay and jitter, and no faster than the
 * bandwidth. A change of weather holds for what waits already.
 */
export class Passage {
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  // When the narrow line has let the last bytes through.
  #freeAt = 0;
  #timer: Subscription | undefined;
  #blocked = false;
  #ended = false;
  #stopped = false;
  #paused = false;

  /**
   * @param weather what it is now
   * @param patience tells the source to wait, or to go on
   */
  constructor(
    private readonly weather: () => LabWeather,
    private readonly outlet: Outlet,
    private readonly patience: (wait: boolean) => void,
    private readonly scheduler: SchedulerLike,
    private readonly random: () => number,
  ) {}

  /** Bytes come in. */
  push(piece: Buffer): void {
    if (this.#stopped || piece.length === 0) return;
    this.#waiting.push({ piece, at: this.scheduler.now(), luck: this.random() });
    this.#waitingBytes += piece.length;
    this.go();
    this.#ask();
  }

  /** Nothing more comes in; the outlet is ended when all is through. */
  end(): void {
    this.#ended = true;
    this.go();
  }

  /** The weather has changed. */
  weatherChanged(): void {
    this.#blocked = false;
    this.go();
  }

  /** Lets through what may pass by now. */
  go(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    while (!this.#stopped && !this.#blocked && this.outlet.hasRoom) {
      const [first] = this.#waiting;
      if (!first) break;
      const slice = this.#sliceOf(first);
      const dueAt = this.#dueAt(first, slice.length);
      const now = this.scheduler.now();
      if (dueAt > now) {
        this.#timer = this.scheduler.schedule(() => this.go(), dueAt - now);
        break;
      }
      this.#freeAt = dueAt;
      const taken = this.outlet.take(slice);
      this.#shift(taken);
      this.#blocked = taken < slice.length;
    }
    this.#ask();
    if (this.#ended && this.#waiting.length === 0 && !this.#stopped) {
      this.stop();
      this.outlet.end();
    }
  }

  /** Forgets what waits. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.unsubscribe();
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #sliceOf({ piece }: Waiting): Buffer {
    const { kilobitsPerSecond } = this.weather();
    if (kilobitsPerSecond === 0) return piece;
    return piece.subarray(0, Math.max(MIN_SLICE_BYTES, Math.floor((kilobitsPerSecond / 8) * SLICE_MS)));
  }

  #dueAt({ at, luck }: Waiting, bytes: number): number {
    const { delayMs, jitterMs, kilobitsPerSecond } = this.weather();
    const arrivedAt = at + delayMs + jitterMs * luck;
    const startAt = Math.max(arrivedAt, this.#freeAt);
    return kilobitsPerSecond === 0 ? startAt : startAt + (bytes * 8) / kilobitsPerSecond;
  }

  #shift(bytes: number): void {
    this.#waitingBytes -= bytes;
    const first = this.#waiting[0]!;
    if (bytes === first.piece.length) this.#waiting.shift();
    else this.#waiting[0] = { ...first, piece: first.piece.subarray(bytes) };
  }

  #ask(): void {
    const wait = this.#paused ? this.#waitingBytes > MAX_WAITING_BYTES / 2 : this.#waitingBytes >= MAX_WAITING_BYTES;
    if (wait === this.#paused || this.#stopped) return;
    this.#paused = wait;
    this.patience(wait);
  }
}
