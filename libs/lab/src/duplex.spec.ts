import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../client/testing/virtual-clock.js';
import { duplex, echo, type DuplexOptions, type DuplexReport, type DuplexWay } from './index.js';

/** What says everything back, after a while. */
class ScriptedEcho {
  readonly clock = new VirtualClock();
  readonly said: { url: string; text: string }[] = [];
  /** Time there and back. */
  tripMs = 30;
  /** Of what is sent, this never comes back. */
  swallowed = new Set<number>();
  closed = 0;
  status = 200;
  #events: ReadableStreamDefaultController<Uint8Array> | undefined;
  socket: { onclose: (() => void) | null } | undefined;

  readonly fetch: typeof globalThis.fetch = (input, init) => {
    const { pathname, searchParams } = input as URL;
    if (this.status !== 200) return Promise.resolve(new Response('no', { status: this.status }));
    if (init?.method === 'POST') {
      this.#hear(`${pathname}?id=${searchParams.get('id')!.length > 3}`, init.body as string, (text) =>
        this.#events!.enqueue(new TextEncoder().encode(`id: 7\ndata: ${text}\n\n`)),
      );
      return Promise.resolve(new Response(null, { status: 204 }));
    }
    const body = new ReadableStream<Uint8Array>({ start: (events) => void (this.#events = events) });
    this.#events!.enqueue(new TextEncoder().encode('retry: 2000\n\n'));
    init?.signal?.addEventListener('abort', () => {
      this.closed += 1;
      this.#events!.error(new DOMException('aborted', 'AbortError'));
    });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
  };

  get WebSocket(): typeof WebSocket {
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const server = this;
    return class {
      onopen: (() => void) | null = null;
      onmessage: ((event: { data: unknown }) => void) | null = null;
      onclose: (() => void) | null = null;
      constructor(readonly url: URL) {
        server.socket = this;
        queueMicrotask(() => this.onopen?.());
      }
      send(text: string) {
        server.#hear(`${this.url.protocol}${this.url.pathname}`, text, (data) => this.onmessage?.({ data }));
      }
      close() {
        server.closed += 1;
      }
    } as unknown as typeof WebSocket;
  }

  #hear(url: string, text: string, answer: (text: string) => void): void {
    this.said.push({ url, text });
    if (this.swallowed.has(this.said.length - 1)) return;
    const { closed } = this;
    this.clock.schedule(() => closed === this.closed && answer(text), this.tripMs);
  }
}

let server: ScriptedEcho;
const options = (more: Partial<DuplexOptions> = {}): DuplexOptions => ({
  url: 'http://gateway.test',
  fetch: server.fetch,
  WebSocket: server.WebSocket,
  scheduler: server.clock,
  echoes: 10,
  everyMs: 20,
  ...more,
});
const last = async (way: DuplexWay, more?: Partial<DuplexOptions>, ms = 20_000) => {
  const reports: (DuplexReport | 'complete')[] = [];
  echo(way, options(more)).subscribe({
    next: (report) => reports.push(report),
    complete: () => reports.push('complete'),
  });
  await server.clock.pass(ms);
  return reports.slice(-2);
};

beforeEach(() => void (server = new ScriptedEcho()));

describe('an echo', () => {
  it('over a WebSocket is one request, however many words go up', async () => {
    const report = { way: 'websocket', sent: 10, returned: 10, requests: 1, p50: 30, p99: 30 };
    expect(await last('websocket')).toEqual([report, 'complete']);
    expect(server.said[0]!.url).toBe('ws:/api/v1/lab/echo');
  });

  it('over SSE and POST is a request for every word, and one for the stream', async () => {
    const report = { way: 'sse-post', sent: 10, returned: 10, requests: 11, p50: 30, p99: 30 };
    expect(await last('sse-post')).toEqual([report, 'complete']);
    expect(server.said[0]!.url).toBe('/api/v1/lab/echo?id=true');
  });

  it.each(['websocket', 'sse-post'] as const)('is sent at its pace and in its size over %s', async (way) => {
    server.tripMs = 500;
    await last(way, { bytes: 100 }, 91);
    expect(server.said).toHaveLength(5);
    expect(server.said.map(({ text }) => text.length)).toEqual(Array(5).fill(100));
  });

  it.each(['websocket', 'sse-post'] as const)('that does not come back over %s is told of', async (way) => {
    server.swallowed.add(4);
    const [report] = await last(way);
    expect(report).toMatchObject({ sent: 10, returned: 9, failure: 'not all came back' });
  });

  it('tells the round trips apart', async () => {
    const reports = last('websocket', { echoes: 100, everyMs: 1000 }, 200_000);
    server.clock.schedule(() => (server.tripMs = 400), 97_500);
    expect((await reports)[0]).toMatchObject({ returned: 100, p50: 30, p99: 400 });
  });

  it('that comes back twice counts once', async () => {
    const reports = last('websocket', { echoes: 2, everyMs: 1000 }, 500);
    const socket = server.socket as unknown as { onmessage: (event: { data: string }) => void };
    server.clock.schedule(() => socket.onmessage({ data: '0 ...' }), 100);
    expect((await reports).at(-1)).toMatchObject({ sent: 1, returned: 1 });
  });

  it('ends when the line does, or cannot be had', async () => {
    const reports = last('websocket', {}, 100);
    server.clock.schedule(() => server.socket!.onclose?.(), 50);
    expect((await reports)[0]).toMatchObject({ returned: 1, failure: 'the WebSocket was closed' });
    server.status = 503;
    expect((await last('sse-post'))[0]).toMatchObject({ sent: 0, failure: 'answered 503' });
  });

  it.each(['websocket', 'sse-post'] as const)('leaves no line open over %s', async (way) => {
    await last(way);
    expect(server.closed).toBe(1);
    const left = echo(way, options()).subscribe();
    await server.clock.pass(50);
    left.unsubscribe();
    await server.clock.pass(0);
    expect(server.closed).toBe(2);
    await server.clock.pass(100);
    expect(server.clock.pending).toBe(0);
  });
});

describe('both ways', () => {
  it('run one after the other, and are reported together', async () => {
    const reports: (readonly DuplexReport[])[] = [];
    duplex(options()).subscribe((each) => reports.push(each));
    expect(reports[0]!.map(({ way, sent }) => [way, sent])).toEqual([
      ['websocket', 0],
      ['sse-post', 0],
    ]);
    await server.clock.pass(1000);
    expect(reports.at(-1)!.map(({ returned, requests }) => [returned, requests])).toEqual([
      [10, 1],
      [10, 11],
    ]);
    expect(reports.every(([socket, posts]) => posts!.sent === 0 || socket!.returned === 10)).toBe(true);
  });
});
