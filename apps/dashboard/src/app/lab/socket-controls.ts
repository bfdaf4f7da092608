import { Component, computed, inject, linkedSignal, signal } from '@angular/core';
import { OwnSocket, mayCloseWith } from './own-socket.js';

/** Opens a WebSocket of the reader's own, speaks on it, pings it, closes it with a code, or kills it. */
@Component({
  selector: 'tw-socket-controls',
  template: `
    @if (live()) {
      <form (submit)="send($event)">
        <label class="grow"
          ><span class="vh">Message to send</span
          ><input #text class="m" type="text" spellcheck="false" [value]="draft()" (input)="draft.set(text.value)"
        /></label>
        <button type="submit" class="btn" [disabled]="!open()">Send</button>
      </form>
      <button type="button" class="btn" [disabled]="!open()" (click)="own.act('ping')">Ping</button>
      <label
        >Close with
        <input #code type="number" min="1000" max="4999" [value]="closing()" (input)="closing.set(+code.value)"
      /></label>
      <button type="button" class="btn" [disabled]="!open() || !allowed()" (click)="own.close(closing())">Close</button>
      <button type="button" class="btn" [disabled]="!open()" (click)="own.act('kill')">Kill the socket</button>
    } @else {
      <button type="button" class="btn on" (click)="start()">Open a socket</button>
    }
    <span class="said" role="status">{{ words() }}</span>
  `,
  host: { class: 'act' },
})
export class SocketControls {
  protected readonly own = inject(OwnSocket);
  protected readonly closing = signal(1000);
  protected readonly draft = linkedSignal(() =>
    JSON.stringify({ type: 'subscribe', id: 'a', filters: [this.own.series() || 'icu/#'], policy: 'latest', maxHz: 2 }),
  );
  protected readonly open = computed(() => this.own.stage() === 'open');
  protected readonly live = computed(() => ['opening', 'open', 'closing'].includes(this.own.stage()));
  protected readonly allowed = computed(() => mayCloseWith(this.closing()));
  protected readonly words = computed(() => {
    if (this.live() && !this.allowed())
      return 'A page may close with 1000 or 3000 to 4999; the rest is for browsers and gateways.';
    switch (this.own.stage()) {
      case 'opening':
        return 'Opening.';
      case 'open':
        return this.own.said() || 'A page has no ping: it is sent from the gateway’s side.';
      case 'closing':
        return 'Closing: the gateway is to answer with a close frame of its own.';
      case 'none':
        return 'On a connection of its own, which is not counted in the race.';
      default:
        return this.own.said();
    }
  });

  protected send(event: Event): void {
    event.preventDefault();
    this.own.send(this.draft());
  }

  protected start(): void {
    void this.own.open();
  }
}
