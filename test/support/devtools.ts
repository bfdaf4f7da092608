import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { ARGUMENTS, executable } from './browser.js';

/** A page of a browser whose other tabs may lie in front of it. */
export interface Tab {
  /** The value of an expression, which must be one that JSON can say. */
  evaluate<T>(expression: string): Promise<T>;
  /** Brings it to the front: it is shown, and all others are hidden. */
  show(): Promise<void>;
  /** Stops and starts all that runs in a hidden tab, as a browser does that saves power (Page Lifecycle). */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/**
 * A Chromium that treats its tabs as that of a user does. Playwright makes each of its pages believe that it is looked at, so
 * that none is ever hidden or frozen: this one is told what to do by the DevTools protocol alone.
 */
export class TabbedBrowser {
  readonly #answers = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #serial = 0;

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data: Buffer) => {
      const { id, result, error } = JSON.parse(data.toString()) as {
        id?: number;
        result?: unknown;
        error?: { message: string };
      };
      const answer = this.#answers.get(id ?? 0);
      this.#answers.delete(id ?? 0);
      if (error) answer?.reject(new Error(error.message));
      else answer?.resolve(result);
    });
  }

  static async start(): Promise<TabbedBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'telewire-tabs-'));
    const own = ['--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
    const child = spawn(await executable(), [...ARGUMENTS, ...own], { stdio: ['ignore', 'ignore', 'pipe'] });
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        const found = /DevTools listening on (ws:\S+)/.exec((said += chunk.toString()));
        if (found) resolve(found[1]!);
      });
      child.once('exit', () => reject(new Error(`the browser ended: ${said}`)));
    });
    const socket = new WebSocket(address);
    await once(socket, 'open');
    return new TabbedBrowser(child, profile, socket);
  }

  async open(url: string): Promise<Tab> {
    const { targetId } = await this.#send<{ targetId: string }>('Target.createTarget', { url });
    const { sessionId } = await this.#send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    const turn = (state: string) => this.#send<void>('Page.setWebLifecycleState', { state }, sessionId);
    return {
      evaluate: async <T>(expression: string) => {
        const { result, exceptionDetails } = await this.#send<{
          result: { value: T };
          exceptionDetails?: { text: string };
        }>('Runtime.evaluate', { expression, returnByValue: true }, sessionId);
        if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
        return result.value;
      },
      show: () => this.#send('Target.activateTarget', { targetId }),
      freeze: () => turn('frozen'),
      thaw: () => turn('active'),
    };
  }

  async close(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.socket.terminate();
    this.process.kill();
    await gone;
    await rm(this.profile, { recursive: true, maxRetries: 5 });
  }

  #send<T>(method: string, params: object, sessionId?: string): Promise<T> {
    const id = ++this.#serial;
    return new Promise<T>((resolve, reject) => {
      this.#answers.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }
}
