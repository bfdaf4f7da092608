import { DestroyRef, Injectable, inject, signal } from '@angular/core';
import type { Subscription } from 'rxjs';
import type { LabEvent } from '@telewire/protocol';
import { RaceRun } from './race-run.js';
import { LAB_TOOLS, type Session } from './lab-tools.js';
import { WireLog } from './wire-log.js';
import { closeWords } from './wire-words.js';

/** How the reader's own socket stands. */
export type SocketStage = 'none' | 'opening' | 'open' | 'closing' | 'closed' | 'failed';

// A close frame has gone both ways, and the connection with it, before this.
const LAST_WORDS_MS = 2_000;
const RATE_HZ = 2;

/** Codes that a page may close with: browsers allow no others (WHATWG WebSockets, `close()`). */
export const mayCloseWith = (code: number): boolean => code === 1000 || (code >= 3000 && code <= 4999);

/**
 * A WebSocket that the reader opens, speaks on and closes by hand, through a session of its own: what is done with it is not
 * counted in the race.
 */
@Injectable()
export class OwnSocket {
  private readonly tools = inject(LAB_TOOLS);
  private readonly run = inject(RaceRun);
  private readonly staged = signal<SocketStage>('none');
  private readonly told = signal('');
  private readonly wired = signal(0);
  private session: Session | undefined;
  private socket: WebSocket | undefined;
  private listening: Subscription | undefined;
  private lastWords: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;

  readonly stage = this.staged.asReadonly();
  /** What happened last, in a sentence. */
  readonly said = this.told.asReadonly();
  readonly revision = this.wired.asReadonly();
  readonly log = new WireLog();
  /** The lab's series that the socket listens to, for the messages that can be typed. */
  readonly series = signal('');

  constructor() {
    inject(DestroyRef).onDestroy(() => this.end());
  }

  async open(): Promise<void> {
    this.end();
    const attempt = this.attempt;
    this.log.clear();
    this.wired.update((revision) => revision + 1);
    this.told.set('');
    this.staged.set('opening');
    try {
      const session = await this.tools.open();
      if (attempt !== this.attempt) return session.close();
      this.session = session;
      this.series.set(session.series);
      this.listening = session.events.subscribe({
        next: (event) => this.take(event),
        error: (error: unknown) => this.fail(error),
      });
      await session.set({ weather: this.run.plan().weather, rateHz: RATE_HZ, watch: 'websocket' });
      if (attempt === this.attempt) this.connect(session);
    } catch (error) {
      if (attempt === this.attempt) this.fail(error);
    }
  }

  send(text: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  close(code: number): void {
    if (!mayCloseWith(code)) return;
    this.socket?.close(code, 'closed by hand');
    if (this.staged() === 'open') this.staged.set('closing');
  }

  act(act: 'ping' | 'kill'): void {
    const connection = this.connection();
    if (this.session === undefined || connection === undefined) return;
    this.session.act({ connection, act }).catch((error: unknown) => this.told.set(wordsOf(error)));
  }

  /** The same weather as over the race. */
  follow(weather: Parameters<Session['set']>[0]['weather']): void {
    this.session?.set({ weather }).catch((error: unknown) => this.told.set(wordsOf(error)));
  }

  private connection(): number | undefined {
    return this.log.connections().at(-1);
  }

  private connect(session: Session): void {
    const socket = this.tools.socket(
      `${session.url.replace('http', 'ws')}/api/v1/socket?filter=${encodeURIComponent(session.series)}`,
    );
    this.socket = socket;
    socket.onopen = () => this.staged.set('open');
    socket.onclose = ({ code, wasClean }) => {
      this.staged.set('closed');
      this.told.set(`${wasClean ? 'Closed' : 'Lost'}: code ${code}, ${closeWords(code)}.`);
      // The last messages of the connection are told a moment after the browser knows.
      this.lastWords = setTimeout(() => this.end(), LAST_WORDS_MS);
    };
  }

  private take(event: LabEvent): void {
    if (event.type !== 'messages') return;
    this.log.take(event.messages, event.missed);
    this.wired.update((revision) => revision + 1);
  }

  private fail(error: unknown): void {
    this.end();
    this.told.set(wordsOf(error));
    this.staged.set('failed');
  }

  private end(): void {
    this.attempt++;
    clearTimeout(this.lastWords);
    if (this.socket !== undefined) {
      this.socket.onopen = this.socket.onclose = null;
      this.socket.close();
    }
    this.listening?.unsubscribe();
    this.session?.close();
    this.socket = this.session = this.listening = undefined;
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? `${error.message}.` : String(error));
