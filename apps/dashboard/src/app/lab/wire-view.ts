import { Component, computed, inject, signal, untracked } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { TRANSPORTS, type TransportName } from '@telewire/client';
import { ageText, clockTime } from '../widget/format.js';
import type { Choice } from './lab-plan.js';
import { nameOf } from './lane-row.js';
import { OwnSocket } from './own-socket.js';
import { RaceRun } from './race-run.js';
import { Segments } from './segments.js';
import { SocketControls } from './socket-controls.js';
import { WireDetail } from './wire-detail.js';
import { isEntry, type WireEntry, type WireItem } from './wire-log.js';
import { WireTimeline } from './wire-timeline-view.js';

/** What the wire view shows: a lane of the race, or the reader's own socket. */
type Subject = TransportName | 'own';

/** What passes on the wire, message by message and byte for byte. */
@Component({
  selector: 'tw-wire-view',
  imports: [Segments, SocketControls, WireDetail, WireTimeline],
  templateUrl: './wire-view.html',
  host: { class: 'wire', role: 'region', 'aria-label': 'Wire view' },
})
export class WireView {
  protected readonly race = inject(RaceRun);
  private readonly own = inject(OwnSocket);
  private readonly clock = inject(GATEWAY_CLOCK);
  protected readonly subjects: readonly Choice<Subject>[] = [
    ...TRANSPORTS.map((lane) => ({ value: lane, words: nameOf(lane) })),
    { value: 'own', words: 'Your socket' },
  ];
  protected readonly subject = signal<Subject>('websocket');
  /** What is looked at while the rest goes on: the picture stands still. */
  private readonly held = signal<{ items: readonly WireItem[]; chosen: number; at: number } | undefined>(undefined);

  private readonly log = computed(() => (this.subject() === 'own' ? this.own.log : this.race.log));
  // New messages are drawn four times a second at most.
  private readonly revision = computed(() => {
    this.clock.present();
    const log = this.log();
    return untracked(() => `${log === this.own.log} ${this.own.revision()} ${this.race.revision()}`);
  });
  private readonly connection = computed(() => {
    this.revision();
    // A socket is a story of its own; of requests and streams those of all connections make one.
    return this.subject() === 'own' || this.subject() === 'websocket' ? this.log().connections().at(-1) : undefined;
  });
  protected readonly items = computed<readonly WireItem[]>(() => {
    const held = this.held();
    if (held !== undefined) return held.items;
    this.revision();
    return this.log().items(this.connection());
  });
  protected readonly following = computed(() => this.held() === undefined);
  protected readonly chosen = computed(() => this.held()?.chosen);
  protected readonly entry = computed<WireEntry | undefined>(() => {
    const items = this.items();
    const item = items[this.chosen() ?? -1];
    if (item !== undefined) return isEntry(item) ? item : undefined;
    // Until something is chosen: the last that tells a story and has bytes to show.
    return items.filter(isEntry).findLast(({ notable, message }) => notable && message.bytes !== '');
  });
  protected readonly peers = computed(() => {
    const connection = this.entry()?.message.connection;
    return this.items()
      .filter(isEntry)
      .filter(({ message }) => message.connection === connection);
  });
  protected readonly heldFor = computed(() => {
    const held = this.held();
    return held === undefined ? '' : ageText(this.clock.present() - held.at);
  });
  protected readonly about = computed(() => {
    const entries = this.items().filter(isEntry);
    const last = entries.at(-1)?.message;
    if (last === undefined) return '';
    const connections = new Set(entries.map(({ message }) => message.connection));
    const which = connections.size === 1 ? `connection ${last.connection}` : `${connections.size} connections`;
    const { missed } = this.log();
    const name = this.subject() === 'own' ? 'WebSocket' : nameOf(last.lane as TransportName);
    return `${name}, ${which}, ${this.following() ? 'newest' : 'ends'} at ${clockTime(last.at)}${missed > 0 ? `, ${missed} not told` : ''}`;
  });
  /** Why there is nothing to be seen, and what would end it. */
  protected readonly why = computed(() => {
    if (this.subject() === 'own') {
      const stage = this.own.stage();
      return stage === 'none' || stage === 'failed'
        ? 'Open a socket: the upgrade, the 101, every frame and the close are seen here.'
        : 'Nothing has passed yet.';
    }
    return this.race.stage() === 'running' || this.race.stage() === 'connecting'
      ? 'Nothing has passed yet.'
      : 'Start the race, or open a socket of your own: what passes is seen here byte for byte.';
  });
  /** The connection that can be killed, while one is open. */
  protected readonly victim = computed(() => {
    this.revision();
    return this.subject() !== 'own' && this.race.stage() === 'running' ? this.log().open().at(-1) : undefined;
  });

  protected show(subject: Subject): void {
    this.held.set(undefined);
    this.subject.set(subject);
    this.race.watch(subject === 'own' ? null : subject);
  }

  protected choose(chosen: number): void {
    this.held.set({ items: this.items(), chosen, at: this.held()?.at ?? this.clock.now() });
  }

  protected follow(): void {
    this.held.set(undefined);
  }
}
