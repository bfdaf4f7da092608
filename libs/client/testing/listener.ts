import type { Subscription } from 'rxjs';
import type { DeliveredReading } from '@telewire/protocol';
import type { Batch, Feed, FeedState } from '../src/index.js';

/** What a widget has seen of a feed. */
export class Listener {
  readonly batches: Batch[] = [];
  readonly states: FeedState[] = [];
  readonly #state: Subscription;
  #batches: Subscription;

  constructor(readonly feed: Feed) {
    this.#state = feed.state.subscribe((state) => this.states.push(state));
    this.#batches = this.#listen();
  }

  /** Readings of `readings` frames: `series#n`. */
  get readings(): string[] {
    return this.of('readings').map(({ series, n }) => `${series}#${n}`);
  }

  /** Readings of snapshots: `series#n`. */
  get snapshots(): string[] {
    return this.of('snapshot').map(({ series, n }) => `${series}#${n}`);
  }

  get gaps(): Batch[] {
    return this.batches.filter(({ kind }) => kind === 'gap');
  }

  get state(): FeedState {
    return this.states.at(-1)!;
  }

  get phases(): string[] {
    return this.states.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
  }

  /** Stops listening to the batches; the state is still heard. */
  stop(): void {
    this.#batches.unsubscribe();
  }

  start(): void {
    this.#batches = this.#listen();
  }

  end(): void {
    this.stop();
    this.#state.unsubscribe();
  }

  of(kind: 'readings' | 'snapshot'): DeliveredReading[] {
    return this.batches.flatMap((batch) => (batch.kind === kind ? batch.readings : []));
  }

  #listen(): Subscription {
    return this.feed.batches.subscribe((batch) => this.batches.push(batch));
  }
}

/** `series#from` to `series#to`. */
export const ordinals = (series: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${series}#${from + i}`);
