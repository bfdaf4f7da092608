import { Injectable, computed, inject, signal } from '@angular/core';
import { read, write } from '../browser-memory.js';
import { TransportChoices } from '../telemetry/transport-choices.js';
import { encodeBoard, freePlace, parseBoard, type BoardWidget, type Place, type WidgetKind } from './board-layout.js';

const KEY = 'telewire.board';
const SIZES: Readonly<Record<WidgetKind, { readonly w: number; readonly h: number }>> = {
  number: { w: 3, h: 4 },
  trend: { w: 6, h: 4 },
  wave: { w: 6, h: 4 },
  log: { w: 3, h: 4 },
  table: { w: 3, h: 8 },
};
// How each kind asks to begin with: what is drawn small needs no more than the extremes, at its own pace.
const POLICIES: Readonly<Record<WidgetKind, BoardWidget['policy']>> = {
  number: 'extremes',
  trend: 'extremes',
  wave: 'every',
  log: 'every',
  table: 'every',
};

/** Under which name a widget's choice of transport is remembered. */
export const transportKey = (id: string): string => `board.${id}`;

/** The board as it is on the screen, and as the browser keeps it. What is not saved stays until the page is loaded anew. */
@Injectable({ providedIn: 'root' })
export class BoardKeeper {
  private readonly choices = inject(TransportChoices);
  private readonly onScreen = signal<readonly BoardWidget[]>([]);
  private readonly kept = signal(encodeBoard([]));
  private readonly unreadable = signal(false);
  private readonly keptAt = signal<number | undefined>(undefined);
  private readonly refused = signal(false);

  readonly widgets = this.onScreen.asReadonly();
  readonly changed = computed(() => encodeBoard(this.onScreen()) !== this.kept());
  /** True when there was a board in this browser that could not be read. It is left there until something is saved. */
  readonly spoilt = this.unreadable.asReadonly();
  /** Local clock: when the board was saved last while this page was open. */
  readonly savedAt = this.keptAt.asReadonly();
  /** True when the browser did not keep what was to be saved. */
  readonly full = this.refused.asReadonly();

  constructor() {
    this.restore();
  }

  /** Adds a widget at the first free place and gives its id. */
  add(kind: WidgetKind, shows: string, at?: Place): string {
    // Not randomUUID: that exists only where the page came over HTTPS or from this machine.
    const id = crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36);
    const place =
      at ??
      freePlace(
        this.onScreen().map((widget) => widget.place),
        SIZES[kind].w,
        SIZES[kind].h,
      );
    this.onScreen.update((widgets) => [...widgets, { id, kind, shows, policy: POLICIES[kind], place }]);
    return id;
  }

  change(id: string, part: Partial<Omit<BoardWidget, 'id'>>): void {
    this.onScreen.update((widgets) => widgets.map((widget) => (widget.id === id ? { ...widget, ...part } : widget)));
  }

  /** Puts widgets where `places` says. */
  arrange(places: ReadonlyMap<string, Place>): void {
    this.onScreen.update((widgets) =>
      widgets.map((widget) => {
        const { x, y, w, h } = places.get(widget.id) ?? widget.place;
        const before = widget.place;
        const same = x === before.x && y === before.y && w === before.w && h === before.h;
        return same ? widget : { ...widget, place: { x, y, w, h } };
      }),
    );
  }

  remove(id: string): void {
    this.onScreen.update((widgets) => widgets.filter((widget) => widget.id !== id));
    this.choices.forget(transportKey(id));
  }

  save(now: number): void {
    const text = encodeBoard(this.onScreen());
    this.refused.set(!write(KEY, text));
    if (this.refused()) return;
    this.kept.set(text);
    this.unreadable.set(false);
    this.keptAt.set(now);
  }

  /** Puts the board back to what was saved. */
  restore(): void {
    const text = read(KEY);
    const widgets = text === null ? [] : parseBoard(text);
    this.unreadable.set(widgets === undefined);
    this.onScreen.set(widgets ?? []);
    this.kept.set(encodeBoard(widgets ?? []));
  }
}
