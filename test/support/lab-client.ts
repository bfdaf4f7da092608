import { type ClientRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { type LabAct, type LabEvent, LabEventSchema, type LabSettings } from '@telewire/protocol';
import { send, textOf } from './http-request.js';

type EventOf<T extends LabEvent['type']> = Extract<LabEvent, { type: T }>;

/** A client of the lab: what a session says, and what can be asked of it. */
export class LabClient {
  readonly #events: LabEvent[] = [];
  #wake = () => {};
  #ended = false;

  private constructor(
    private readonly gateway: string,
    private readonly request: ClientRequest,
    response: IncomingMessage,
  ) {
    // A session that is left ends with an error on its stream.
    response.on('error', () => undefined);
    const lines = createInterface({ input: response });
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      this.#events.push(v.parse(LabEventSchema, JSON.parse(line)));
      this.#wake();
    });
    response.once('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Opens a session; its first event has come. Rejects with what is said instead of one. */
  static async open(gateway: string, headers: Record<string, string> = {}): Promise<LabClient> {
    const { request, response } = send(`${gateway}/api/v1/lab/sessions`, { method: 'POST', headers });
    const answer = await response;
    if (answer.statusCode !== 200) throw new Error(`no session: ${await textOf(answer)}`);
    const client = new LabClient(gateway, request, answer);
    client.opened = await client.next('open');
    return client;
  }

  opened!: EventOf<'open'>;

  /** The address of the proxy. */
  get url(): string {
    return `http://127.0.0.1:${this.opened.port}`;
  }

  /** The session's own series. */
  get series(): string {
    return this.opened.series;
  }

  /** The next event of this type that fits; others are passed over. */
  async next<T extends LabEvent['type']>(
    type: T,
    fits: (event: EventOf<T>) => boolean = () => true,
  ): Promise<EventOf<T>> {
    for (;;) {
      for (let event = this.#events.shift(); event; event = this.#events.shift()) {
        if (event.type === type && fits(event as EventOf<T>)) return event as EventOf<T>;
      }
      if (this.#ended) throw new Error(`the session ended before a ${type} event that fits`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Changes settings; returns the status of the answer. */
  change(settings: LabSettings | object): Promise<number> {
    return this.#ask('PUT', '', settings);
  }

  /** Does something to a connection. */
  act(act: LabAct | object): Promise<number> {
    return this.#ask('POST', '/acts', act);
  }

  /** Leaves without a word. */
  leave(): void {
    this.request.destroy();
  }

  async #ask(method: string, path: string, body: object): Promise<number> {
    const url = `${this.gateway}/api/v1/lab/sessions/${this.opened.id}${path}`;
    const response = await send(url, { method, body }).response;
    response.resume();
    return response.statusCode!;
  }
}

/** Asks the lab of a gateway; the body of the answer, `undefined` where it has none. */
export async function askLab(
  gateway: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const response = await send(`${gateway}/api/v1/lab${path}`, { method, body }).response;
  const text = await textOf(response);
  return { status: response.statusCode!, body: text === '' ? undefined : JSON.parse(text) };
}
