/** Ends something that goes on. */
export type Stop = () => void;

/** Who is told what a source brings, and how it ended. */
export interface Observer<T> {
  readonly next?: ((value: T) => void) | undefined;
  readonly error?: ((cause: unknown) => void) | undefined;
  readonly complete?: (() => void) | undefined;
}

/** What a page is given to listen to: by callbacks, or with `for await`. */
export interface Stream<T> {
  /**
   * Listens from now on, until `unsubscribe`. Values come as they arrive, in the turn of the event loop in which they do.
   * @param observer what to call with each value, or an object with `next` and `complete`
   */
  subscribe(observer?: ((value: T) => void) | Pick<Observer<T>, 'next' | 'complete'>): { unsubscribe(): void };
  /**
   * Listens for as long as the loop runs, or until `return` of the iterator is called. What comes while its body awaits something is kept for it, so none is missed; a body
   * that never catches up keeps more and more.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, void, undefined>;
}

/** One who listens to a source, from the source's side. Whoever is told of the end finds everything torn down by then. */
export class Listener<T> {
  readonly #stops: Stop[] = [];
  #closed = false;

  constructor(private readonly observer: Observer<T>) {}

  /** True when nothing more is heard: it has ended, or was stopped. */
  get closed(): boolean {
    return this.#closed;
  }

  next(value: T): void {
    if (!this.#closed) this.observer.next?.(value);
  }

  error(cause: unknown): void {
    if (!this.#closed) {
      this.stop();
      this.observer.error?.(cause);
    }
  }

  complete(): void {
    if (!this.#closed) {
      this.stop();
      this.observer.complete?.();
    }
  }

  /** Has `stop` called when it ends; at once where it has. */
  add(stop: Stop): void {
    if (this.#closed) stop();
    else this.#stops.push(stop);
  }

  stop(): void {
    this.#closed = true;
    for (const stop of this.#stops.splice(0)) stop();
  }
}

/** Values over time. Nothing happens before somebody listens; each who does begins it anew, unless it is shared. */
export class Source<T> implements Stream<T> {
  /** @param begin tells the listener what comes; what ends that, it adds to the listener. What it throws is the source's error */
  constructor(private readonly begin: (listener: Listener<T>) => void) {}

  /** Lets `listener` listen. Who may be told before this returns makes the listener first, and can stop it. */
  into(listener: Listener<T>): void {
    // Told of one thing, it may have left before another is begun for it.
    if (listener.closed) return;
    try {
      this.begin(listener);
    } catch (cause) {
      listener.error(cause);
    }
  }

  /** What `change` makes of each value; `undefined` is left out. What it throws is the source's error. */
  map<U extends object>(change: (value: T) => U | undefined): Source<U> {
    return new Source((listener) => {
      const next = (value: T) => {
        let changed;
        try {
          changed = change(value);
        } catch (cause) {
          return listener.error(cause);
        }
        if (changed) listener.next(changed);
      };
      this.#from(listener, { next });
    });
  }

  /** Goes on with what `next` makes where this is complete. */
  followedBy<U>(next: () => Source<U>): Source<T | U> {
    return new Source<T | U>((listener) =>
      this.#from(listener, { next: (value) => listener.next(value), complete: () => next().into(listener) }),
    );
  }

  /** One for all who listen: begun for the first, ended after the last, and then begun anew. */
  share(): Source<T> {
    const listeners = new Set<Listener<T>>();
    let running: Listener<T> | undefined;
    const end = (tell: (listener: Listener<T>) => void) => {
      const all = [...listeners];
      listeners.clear();
      running = undefined;
      all.forEach(tell);
    };
    return new Source((listener) => {
      listeners.add(listener);
      listener.add(() => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        const last = running;
        running = undefined;
        last?.stop();
      });
      if (running) return;
      running = new Listener<T>({
        next: (value) => [...listeners].forEach((each) => each.next(value)),
        error: (cause) => end((each) => each.error(cause)),
        complete: () => end((each) => each.complete()),
      });
      this.into(running);
    });
  }

  subscribe(observer: ((value: T) => void) | Pick<Observer<T>, 'next' | 'complete'> = {}): { unsubscribe: Stop } {
    const to = typeof observer === 'function' ? { next: observer } : observer;
    const listener = new Listener<T>({
      next: (value) => guard(() => to.next?.(value)),
      complete: () => guard(() => to.complete?.()),
      // Whatever a gateway does is told as a state: what comes here is a fault of ours, and must be seen.
      error: (cause) =>
        guard(() => {
          throw cause;
        }),
    });
    this.into(listener);
    return { unsubscribe: () => listener.stop() };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T, void, undefined> {
    const kept: T[] = [];
    let isOver = false;
    let fault: { readonly cause: unknown } | undefined;
    let wake: Stop = () => undefined;
    const end = () => {
      isOver = true;
      wake();
    };
    const listener = new Listener<T>({
      next: (value) => {
        kept.push(value);
        wake();
      },
      error: (cause) => {
        fault = { cause };
        end();
      },
      complete: end,
    });
    this.into(listener);
    const iterator: AsyncIterableIterator<T, void, undefined> = {
      next: async () => {
        while (kept.length === 0 && !isOver) await new Promise<void>((resolve) => (wake = resolve));
        if (kept.length > 0) return { done: false, value: kept.shift()! };
        if (fault) throw fault.cause;
        return { done: true, value: undefined };
      },
      // Also while a value is waited for.
      return: () => {
        listener.stop();
        kept.length = 0;
        end();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  #from<U>(listener: Listener<U>, observer: Observer<T>): void {
    const own = new Listener<T>({
      error: (cause) => listener.error(cause),
      complete: () => listener.complete(),
      ...observer,
    });
    listener.add(() => own.stop());
    this.into(own);
  }
}

/** Runs what `make` makes again and again: where one is complete the next begins. */
export const repeated = <T>(make: () => Source<T>): Source<T> =>
  new Source((listener) => {
    let round: Listener<T>;
    listener.add(() => round.stop());
    const begin = () => {
      round = new Listener<T>({
        next: (value) => listener.next(value),
        error: (cause) => listener.error(cause),
        complete: begin,
      });
      make().into(round);
    };
    begin();
  });

/** A listener's own mistake must not end what others listen to: it is an error of the program, as in an event listener. */
function guard(call: () => void): void {
  try {
    call();
  } catch (cause) {
    queueMicrotask(() => {
      throw cause;
    });
  }
}
