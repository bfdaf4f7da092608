import type { LabEvent } from '@telewire/protocol';

/** A request as it came. */
export interface LabRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export const OPEN: LabEvent = { type: 'open', id: 's 1', port: 4321, series: 'lab/s1/x' };

/** A gateway's lab in memory, behind a scripted `fetch`. */
export class ScriptedLab {
  readonly requests: LabRequest[] = [];
  /** Answers in place of the lab's own. */
  readonly answers: (() => Response | Promise<Response>)[] = [];
  /** The session's request has been aborted. */
  aborted = false;
  #out!: ReadableStreamDefaultController<Uint8Array>;

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const { method = 'GET', body, signal } = init ?? {};
    const path = (input as URL).pathname;
    this.requests.push({ method, path, body: typeof body === 'string' ? JSON.parse(body) : undefined });
    const scripted = this.answers.shift();
    if (scripted) return scripted();
    if (path !== '/api/v1/lab/sessions') return new Response(null, { status: 204 });
    const stream = new ReadableStream<Uint8Array>({ start: (out) => void (this.#out = out) });
    signal?.addEventListener('abort', () => {
      this.aborted = true;
      this.#out.error(new DOMException('aborted', 'AbortError'));
    });
    this.say(OPEN);
    return Promise.resolve(new Response(stream, { headers: { 'content-type': 'application/x-ndjson' } }));
  };

  /** One line of the session. */
  say(event: LabEvent): void {
    this.write(`${JSON.stringify(event)}\n`);
  }

  /** Bytes of the session, cut at any place. */
  write(text: string): void {
    this.#out.enqueue(new TextEncoder().encode(text));
  }

  /** The gateway ends the session. */
  end(): void {
    this.#out.close();
  }

  /** The line breaks. */
  cut(): void {
    this.#out.error(new TypeError('terminated'));
  }
}
