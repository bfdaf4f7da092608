import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { FrameDecoder } from '@telewire/protocol';
import type { ConnectOptions } from './telewire.js';

/** Everything outside that the SDK touches, so that a spec can stand in for all of it. */
export interface Environment {
  /** The full address of a path of the gateway. */
  readonly address: (path: string) => URL;
  readonly fetch: typeof globalThis.fetch;
  /** Missing where the platform has none (Node before 22). */
  readonly WebSocket: typeof globalThis.WebSocket | undefined;
  /** What the gateway is asked to write frames in, where it can; `undefined` is JSON. */
  readonly format: FrameDecoder | undefined;
  readonly random: () => number;
  readonly scheduler: SchedulerLike;
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
    random: options.random ?? Math.random,
    scheduler: options.scheduler ?? asyncScheduler,
  };
}
