import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Changing, Fact } from './fact.js';
import { Listener, Source, repeated } from './source.js';

let begun: Listener<object>[];
let ended: number;
const source = new Source<object>((listener) => {
  begun.push(listener);
  listener.add(() => (ended += 1));
});
const one = { n: 1 };
const two = { n: 2 };

/** Listens, and keeps what is heard. */
function listen<T>(to: Source<T>) {
  const heard: unknown[] = [];
  const listener = new Listener<T>({
    next: (value) => heard.push(value),
    error: (cause) => heard.push(String(cause)),
    complete: () => heard.push('complete'),
  });
  to.into(listener);
  return { heard, stop: () => listener.stop() };
}

beforeEach(() => {
  begun = [];
  ended = 0;
});

describe('a source', () => {
  it('begins for each who listens, and ends when that one leaves', () => {
    const [first, second] = [listen(source), listen(source)];
    begun[0]!.next(one);
    first.stop();
    begun[0]!.next(two);
    expect([first.heard, second.heard]).toEqual([[one], []]);
    expect([begun.length, ended]).toEqual([2, 1]);
  });

  it('is torn down before anybody is told of its end, and says nothing more', () => {
    const told: number[] = [];
    source.into(new Listener({ error: () => told.push(ended) }));
    begun[0]!.error(new Error('lost'));
    begun[0]!.error(new Error('again'));
    begun[0]!.complete();
    expect(told).toEqual([1]);
  });

  it('tears down what is added behind the end at once', () => {
    const { stop } = listen(source);
    stop();
    begun[0]!.add(() => (ended += 10));
    expect(ended).toBe(11);
  });

  it('fails with what its beginning throws', () => {
    const broken = new Source(() => {
      throw new Error('no socket');
    });
    expect(listen(broken).heard).toEqual(['Error: no socket']);
  });

  it('is not begun for one who has left already', () => {
    const listener = new Listener<object>({});
    listener.stop();
    source.into(listener);
    expect(begun).toEqual([]);
  });

  it('is changed value by value, without those of which nothing becomes; what throws ends it', () => {
    const changed = source.map((value) => {
      if (value === two) throw new Error('two');
      return value === one ? { one } : undefined;
    });
    const { heard } = listen(changed);
    begun[0]!.next(one);
    begun[0]!.next({});
    begun[0]!.next(two);
    expect(heard).toEqual([{ one }, 'Error: two']);
    expect(ended).toBe(1);
  });

  it('goes on with the next where it is complete, and only there', () => {
    const more = source.followedBy(() => source);
    const [first, second] = [listen(more), listen(more)];
    begun[0]!.complete();
    begun[2]!.next(two);
    begun[2]!.complete();
    begun[1]!.error(new Error('lost'));
    expect([first.heard, second.heard]).toEqual([[two, 'complete'], ['Error: lost']]);
    expect(begun).toHaveLength(3);
  });

  it('is repeated until the listener leaves', () => {
    const { stop } = listen(repeated(() => source));
    begun[0]!.complete();
    begun[1]!.complete();
    stop();
    begun[2]!.complete();
    expect([begun.length, ended]).toEqual([3, 3]);
  });
});

describe('a source that is shared', () => {
  it('begins once, for the first, and ends after the last; then it begins anew', () => {
    const shared = source.share();
    const [first, second] = [listen(shared), listen(shared)];
    begun[0]!.next(one);
    first.stop();
    begun[0]!.next(two);
    second.stop();
    expect([begun.length, ended]).toEqual([1, 1]);
    listen(shared);
    expect(begun).toHaveLength(2);
    expect([first.heard, second.heard]).toEqual([[one], [one, two]]);
  });

  it('ends for all, and can be begun anew by one who is told of it', () => {
    const shared = source.share();
    const again = new Listener<object>({});
    const { heard } = listen(shared);
    shared.into(new Listener<object>({ error: () => shared.into(again) }));
    begun[0]!.error(new Error('lost'));
    expect(heard).toEqual(['Error: lost']);
    expect(begun).toHaveLength(2);
    again.stop();
    expect(ended).toBe(2);
  });

  it('ends also for one who leaves with the first value, which comes at once', () => {
    const now = new Source<object>((listener) => {
      listener.add(() => (ended += 1));
      listener.next(one);
    }).share();
    const listener = new Listener<object>({ next: () => listener.stop() });
    now.into(listener);
    expect(ended).toBe(1);
  });

  it('tells nobody who has left while others were told', () => {
    const shared = source.share();
    const second = new Listener<object>({ next: () => (ended += 10) });
    shared.into(new Listener<object>({ next: () => second.stop() }));
    shared.into(second);
    begun[0]!.next(one);
    expect(ended).toBe(0);
  });
});

describe('what a page listens to', () => {
  it('calls back until it is left, and says when it is complete', () => {
    const heard: unknown[] = [];
    const listening = source.subscribe((value) => heard.push(value));
    source.subscribe({ next: (value) => heard.push(value), complete: () => heard.push('complete') });
    source.subscribe().unsubscribe();
    begun[0]!.next(one);
    listening.unsubscribe();
    begun[0]!.next(two);
    begun[1]!.next(two);
    begun[1]!.complete();
    expect(heard).toEqual([one, two, 'complete']);
  });

  it('is not ended by a callback that throws: that is an error of the program', () => {
    const thrown: unknown[] = [];
    const queue = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
      try {
        task();
      } catch (cause) {
        thrown.push(cause);
      }
    });
    const mistake = new Error('in the page');
    const shared = source.share();
    shared.subscribe(() => {
      throw mistake;
    });
    const { heard } = listen(shared);
    begun[0]!.next(one);
    begun[0]!.next(two);
    queue.mockRestore();
    expect(heard).toEqual([one, two]);
    expect(thrown).toEqual([mistake, mistake]);
  });

  it('is iterated over, with all that came while the loop was busy, to the end', async () => {
    const heard: unknown[] = [];
    const loop = (async () => {
      for await (const value of source) {
        heard.push(value);
        await Promise.resolve();
      }
    })();
    begun[0]!.next(one);
    begun[0]!.next(two);
    await Promise.resolve();
    begun[0]!.next(one);
    begun[0]!.complete();
    await loop;
    expect(heard).toEqual([one, two, one]);
  });

  it('is left by a loop that breaks', async () => {
    const loop = (async () => {
      for await (const value of source) if (value === two) break;
    })();
    begun[0]!.next(one);
    begun[0]!.next(two);
    begun[0]!.next(one);
    await loop;
    expect(ended).toBe(1);
  });
});

describe('a fact', () => {
  it('is told to those who listen by then, also where one listens twice', () => {
    const fact = new Fact<number>();
    const heard: number[] = [];
    const listener = (n: number) => heard.push(n);
    const stop = fact.listen(listener);
    fact.listen(listener);
    fact.tell(1);
    stop();
    fact.tell(2);
    expect(heard).toEqual([1, 1, 2]);
  });

  it('is not told to one who leaves while others are told, nor to one who comes', () => {
    const fact = new Fact();
    const heard: string[] = [];
    let stop = () => undefined as unknown;
    fact.listen(() => {
      stop();
      fact.listen(() => heard.push('came'));
    });
    stop = fact.listen(() => heard.push('left'));
    fact.tell();
    expect(heard).toEqual([]);
  });
});

it('a value that changes is told as it is, and whenever it changes', () => {
  const changing = new Changing(one);
  const { heard, stop } = listen(changing.asSource());
  changing.tell(two);
  stop();
  changing.tell(one);
  expect(heard).toEqual([one, two]);
  expect(changing.value).toBe(one);
});

it('a value that is changed by one who is told of a change ends as what it is for all', () => {
  const changing = new Changing(0);
  const heard: number[] = [];
  changing.listen((value) => value === 1 && changing.tell(2));
  changing.listen((value) => heard.push(value));
  changing.tell(1);
  expect(heard).toEqual([2]);
});

describe('a loop over a source', () => {
  it('is ended by its iterator while it waits, and leaves nothing behind', async () => {
    const loop = source[Symbol.asyncIterator]();
    const waiting = loop.next();
    await loop.return!();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect([begun.length, ended]).toEqual([1, 1]);
  });

  it('throws where the source fails, after what came before', async () => {
    const loop = source[Symbol.asyncIterator]();
    begun[0]!.next(one);
    begun[0]!.error(new Error('a fault'));
    expect(await loop.next()).toEqual({ done: false, value: one });
    await expect(loop.next()).rejects.toThrow('a fault');
  });
});
