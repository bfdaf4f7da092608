import { Source, type Stop } from './source.js';

/** A fact that befalls, told to everybody who listens by then. */
export class Fact<T = void> {
  readonly #listeners = new Set<(value: T) => void>();

  tell(value: T): void {
    this.tellWhile(value, () => true);
  }

  /** Tells one after another, for as long as it `holds`. */
  protected tellWhile(value: T, holds: () => boolean): void {
    for (const each of [...this.#listeners]) if (holds() && this.#listeners.has(each)) each(value);
  }

  listen(listener: (value: T) => void): Stop {
    const own = (value: T) => listener(value);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }
}

/** A value that changes; who listens is told of each change. */
export class Changing<T> extends Fact<T> {
  constructor(private current: T) {
    super();
  }

  get value(): T {
    return this.current;
  }

  override tell(value: T): void {
    this.current = value;
    // Who is told may change it, and everybody has been told of that then.
    this.tellWhile(value, () => this.current === value);
  }

  /** The value as it is by then, and each change. */
  asSource(): Source<T> {
    return new Source((listener) => {
      listener.add(this.listen((value) => listener.next(value)));
      listener.next(this.current);
    });
  }
}
