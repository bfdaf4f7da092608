import { concat, Observable, scan, startWith, type SchedulerLike, Subscription } from 'rxjs';
import { range, timer, concatMap, of, delay } from 'rxjs';
import type { ConnectOptions } from '@telewire/client';
import { AgeCounts } from './age-counts.js';
import { environmentOf, type Environment } from './environment.js';
import { linesOf } from './lines.js';

/** Both ways at once on one connection, or one way down (SSE) and a request for every word up. */
export const DUPLEX_WAYS = ['websocket', 'sse-post'] as const;
/** One of {@link DUPLEX_WAYS}. */
export type DuplexWay = (typeof DUPLEX_WAYS)[number];

/** What an exchange of echoes is made with. `url` is the origin of the session's proxy. */
export interface DuplexOptions extends ConnectOptions {
  /** How many; default 50. */
  readonly echoes?: number;
  /** From one to the next, milliseconds, whether or not it has come back; default 100. */
  readonly everyMs?: number;
  /** Size of each, bytes; default 64. */
  readonly bytes?: number;
  /** Milliseconds of a clock finer than the scheduler's; default `performance.now`, or the scheduler's where one is given. */
  readonly now?: () => number;
}

/** What became of the echoes on one way. */
export interface DuplexReport {
  readonly way: DuplexWay;
  readonly sent: number;
  readonly returned: number;
  /** HTTP requests made, the opening one included. */
  readonly requests: number;
  /** Round trip, milliseconds. */
  readonly p50?: number;
  readonly p99?: number;
  /** Why it ended before all were back. */
  readonly failure?: string;
}

/** How long the last echo is waited for. */
const PATIENCE_MS = 10_000;

/** Echoes one way after the other, so that each has the line for itself; reports both after each step, and completes. */
export function duplex(options: DuplexOptions): Observable<readonly DuplexReport[]> {
  const none = (way: DuplexWay): DuplexReport => ({ way, sent: 0, returned: 0, requests: 0 });
  return concat(...DUPLEX_WAYS.map((way) => echo(way, options))).pipe(
    scan((reports, report) => reports.map((each) => (each.way === report.way ? report : each)), DUPLEX_WAYS.map(none)),
    startWith(DUPLEX_WAYS.map(none)),
  );
}

/** Echoes on one way: a report after each step; completes when all are back, or will not come. */
export function echo(way: DuplexWay, options: DuplexOptions): Observable<DuplexReport> {
  return new Observable<DuplexReport>((subscriber) => {
    const { echoes = 50, everyMs = 100, bytes = 64 } = options;
    const environment = environmentOf(options);
    const { scheduler } = environment;
    const now = options.now ?? (options.scheduler ? () => scheduler.now() : () => performance.now());
    const trips = new AgeCounts(0.01);
    const sentAt = new Map<number, number>();
    let sent = 0;
    let requests = 0;
    const tell = (failure?: string) => {
      const [p50, p99] = [trips.percentile(0.5), trips.percentile(0.99)];
      const returned = trips.total;
      subscriber.next({
        way,
        sent,
        returned,
        requests,
        ...(p50 !== undefined && { p50 }),
        ...(p99 !== undefined && { p99 }),
        ...(failure !== undefined && { failure }),
      });
      if (returned === echoes || failure !== undefined) subscriber.complete();
    };
    const wire: Wire = {
      requested: () => (requests += 1),
      opened: () => sending.add(paced(echoes, everyMs, scheduler).subscribe((n) => (n < echoes ? send(n) : giveUp()))),
      returned: (text) => {
        // The number is the first word of what was sent.
        const n = Number(/\d+/.exec(text)?.[0]);
        const at = sentAt.get(n);
        if (at === undefined) return;
        sentAt.delete(n);
        trips.add(now() - at);
        tell();
      },
      failed: (why) => tell(why),
    };
    const sending = new Subscription();
    const end = way === 'websocket' ? overSocket(environment, wire) : overPost(environment, wire);
    const send = (n: number) => {
      sent += 1;
      sentAt.set(n, now());
      end.send(`${n} `.padEnd(bytes, '.'));
      tell();
    };
    const giveUp = () => tell('not all came back');
    subscriber.add(sending);
    return () => end.close();
  });
}

/** 0 … echoes−1 at the pace, and `echoes` when patience is over. */
const paced = (echoes: number, everyMs: number, scheduler: SchedulerLike): Observable<number> =>
  concat(
    range(0, echoes).pipe(concatMap((n) => (n === 0 ? of(n) : of(n).pipe(delay(everyMs, scheduler))))),
    timer(PATIENCE_MS, scheduler).pipe(concatMap(() => of(echoes))),
  );

interface Wire {
  requested(): void;
  opened(): void;
  returned(text: string): void;
  failed(why: string): void;
}

interface End {
  send(text: string): void;
  close(): void;
}

function overSocket({ WebSocket, address }: Environment, wire: Wire): End {
  if (!WebSocket) {
    queueMicrotask(() => wire.failed('this platform has no WebSocket'));
    return { send: () => undefined, close: () => undefined };
  }
  const url = address('/api/v1/lab/echo');
  url.protocol = url.protocol.replace('http', 'ws');
  wire.requested();
  const socket = new WebSocket(url);
  socket.onopen = () => wire.opened();
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') wire.returned(data);
  };
  // `error` says nothing that `close` does not; `close` always follows it.
  socket.onclose = () => wire.failed('the WebSocket was closed');
  return {
    send: (text) => socket.send(text),
    close: () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
}

function overPost({ fetch, address }: Environment, wire: Wire): End {
  const id = Math.random().toString(36).slice(2, 12);
  const to = (path: string) => {
    const url = address(path);
    url.searchParams.set('id', id);
    return url;
  };
  const abort = new AbortController();
  const listen = async () => {
    wire.requested();
    const headers = { accept: 'text/event-stream' };
    const response = await fetch(to('/api/v1/lab/echo/events'), { headers, cache: 'no-store', signal: abort.signal });
    if (response.status !== 200 || !response.body) throw new Error(`answered ${response.status}`);
    wire.opened();
    // An echo is one line; of the other fields of an event stream none is needed here.
    for await (const line of linesOf(response.body)) if (line.startsWith('data:')) wire.returned(line.slice(5));
    throw new Error('the event stream has ended');
  };
  const fail = (cause: unknown) => {
    if (!abort.signal.aborted) wire.failed(cause instanceof Error ? cause.message : String(cause));
  };
  listen().catch(fail);
  const post = async (body: string) => {
    wire.requested();
    const init = { method: 'POST', headers: { 'content-type': 'text/plain' }, body, signal: abort.signal };
    const response = await fetch(to('/api/v1/lab/echo'), init);
    // Read to its end, so that the connection can carry the next.
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`answered ${response.status}`);
  };
  return { send: (text) => void post(text).catch(fail), close: () => abort.abort() };
}
