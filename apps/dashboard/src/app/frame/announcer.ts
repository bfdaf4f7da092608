import { Injectable, signal } from '@angular/core';

const PAUSE_MS = 1_000;
const MOST_AT_ONCE = 3;

/** Says state changes to those who listen to the page: at most once a second, and never values. */
@Injectable({ providedIn: 'root' })
export class Announcer {
  private readonly spoken = signal('');
  private waiting: string[] = [];
  private busy = false;
  readonly text = this.spoken.asReadonly();

  say(sentence: string): void {
    this.waiting.push(sentence);
    if (!this.busy) this.speak();
  }

  private speak(): void {
    this.busy = this.waiting.length > 0;
    if (!this.busy) return;
    const more = this.waiting.length - MOST_AT_ONCE;
    this.spoken.set(this.waiting.slice(0, MOST_AT_ONCE).join('. ') + (more > 0 ? `. And ${more} more` : '') + '.');
    this.waiting = [];
    setTimeout(() => this.speak(), PAUSE_MS);
  }
}
