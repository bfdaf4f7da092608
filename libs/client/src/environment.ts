import type { FrameDecoder } from '@telewire/protocol';
import { platformScheduler, type Scheduler } from './scheduler.js';
import type { ConnectOptions, MemoryStorage, Wakes } from './telewire.js';
import { pageWakes } from './wakes.js';

/** Everything outside that the SDK touches, so that a spec can stand in for all of it. */
export interface Environment {
  /** The full address of a path of the gateway. */
  readonly address: (path: string) => URL;
  readonly fetch: typeof globalThis.fetch;
  /** Missing where the platform has none (Node before 22). */
  readonly WebSocket: typeof globalThis.WebSocket | undefined;
  /** What the gateway is asked to write frames in, where it can; `undefined` is JSON. */
  readonly format: FrameDecoder | undefined;
  /** What outlives the page; `undefined` where nothing does. */
  readonly memory: MemoryStorage | undefined;
  /** Tells when the program comes back from sleep, or to a network. */
  readonly wakes: Wakes;
  readonly random: () => number;
  readonly scheduler: Scheduler;
}

/** The environment that `options` describe, the platform's own where they say nothing. @throws TypeError for a bad `url` */
export function environmentOf(options: ConnectOptions): Environment {
  const base = new URL(options.url);
  return {
    address: (path) => new URL(path, base),
    // A page may put its own fetch in place later (or a tool its own); and a browser's fetch must not lose its `this`.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    format: options.format,
    memory: options.memory === undefined ? pageStorage() : (options.memory ?? undefined),
    wakes: options.wakes ?? pageWakes(),
    random: options.random ?? Math.random,
    scheduler: options.scheduler ?? platformScheduler,
  };
}

function pageStorage(): MemoryStorage | undefined {
  try {
    // A platform without a page has none, or warns of it.
    return typeof document === 'undefined' ? undefined : globalThis.localStorage;
  } catch {
    return undefined; // a page that may not keep anything
  }
}
