import {
  Component,
  DestroyRef,
  ElementRef,
  afterRenderEffect,
  computed,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { Announcer } from '../frame/announcer.js';
import { PageTitle } from '../frame/page-title.js';
import { clockTime } from '../widget/format.js';
import { Icon } from '../widget/icon.js';
import { AddWidget } from './add-widget.js';
import { ARROWS, neighbour, placeWords, step, type Arrow } from './arranging.js';
import { BoardGrid } from './board-grid.js';
import { BoardKeeper } from './board-keeper.js';
import { readingOrder, type BoardWidget as Kept, type Place, type WidgetKind } from './board-layout.js';
import { BoardWidget } from './board-widget.js';
import { STARTER } from './starter-board.js';

const PHONE = '(max-width: 640px)';

/** A board that its reader puts together: widgets for any series, each in its place. */
@Component({
  selector: 'tw-board',
  imports: [AddWidget, BoardWidget, Icon],
  templateUrl: './board.html',
  host: { class: 'boards' },
})
export class Board {
  protected readonly keeper = inject(BoardKeeper);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly announcer = inject(Announcer);
  private readonly desk = viewChild<ElementRef<HTMLElement>>('desk');
  private readonly board = viewChild<ElementRef<HTMLElement>>('board');
  private grid: BoardGrid | undefined;

  protected readonly adding = signal(false);
  protected readonly arranging = signal(false);
  /** The widget that has the focus, or had it last. */
  protected readonly at = signal('');
  /** The widget that has been taken by keyboard, and where all of them stood then. */
  protected readonly taken = signal<{ readonly id: string; readonly before: ReadonlyMap<string, Place> } | undefined>(
    undefined,
  );
  private readonly dragged = signal<{ readonly id: string; readonly place: Place } | undefined>(undefined);
  // While widgets are arranged their elements stay in one order, so that none loses the focus.
  protected readonly widgets = computed(() => {
    const widgets = this.keeper.widgets();
    return this.arranging() ? widgets : [...widgets].sort(readingOrder);
  });
  /** The widget that is under way and its place in words. */
  protected readonly place = computed(() => {
    const dragged = this.dragged();
    if (dragged !== undefined) return { id: dragged.id, words: placeWords(dragged.place) };
    const id = this.taken()?.id;
    const widget = this.keeper.widgets().find((each) => each.id === id);
    return widget === undefined ? undefined : { id: widget.id, words: placeWords(widget.place) };
  });
  protected readonly said = computed(() => {
    const saved = this.keeper.savedAt();
    if (this.keeper.full()) return 'not saved: this browser keeps nothing for this page';
    if (this.keeper.changed()) return this.arranging() ? 'arranging, not saved' : 'not saved';
    if (saved !== undefined) return `Saved ${clockTime(saved)}`;
    return '';
  });

  constructor() {
    const phone = globalThis.matchMedia?.(PHONE);
    const narrowed = () => phone.matches && this.arrange(false);
    phone?.addEventListener('change', narrowed);
    inject(DestroyRef).onDestroy(() => {
      phone?.removeEventListener('change', narrowed);
      this.grid?.stop();
    });
    const ids = computed(() =>
      this.keeper
        .widgets()
        .map(({ id, shows }) => `${id} ${shows}`)
        .join(),
    );
    afterRenderEffect(() => {
      const wanted = this.arranging() && ids() !== '';
      untracked(() => this.restart(wanted));
    });
    inject(PageTitle).show(() => {
      const count = this.keeper.widgets().length;
      return count === 0 ? '' : `Board, ${count} ${count === 1 ? 'widget' : 'widgets'}`;
    });
  }

  protected key({ id, shows }: Kept): string {
    return `${id} ${shows}`;
  }

  protected add({ kind, shows }: { readonly kind: WidgetKind; readonly shows: string }): void {
    const id = this.keeper.add(kind, shows);
    this.at.set(id);
    // It is there once Angular has drawn it.
    setTimeout(() => this.elementOf(id)?.scrollIntoView({ block: 'nearest' }));
  }

  protected fill(): void {
    for (const { kind, shows, place } of STARTER) this.keeper.add(kind, shows, place);
  }

  protected save(): void {
    this.keeper.save(this.clock.now());
    this.announcer.say(this.keeper.full() ? 'The board could not be saved' : 'The board is saved');
  }

  protected discard(): void {
    this.arrange(false);
    this.keeper.restore();
  }

  protected arrange(on: boolean): void {
    this.taken.set(undefined);
    this.dragged.set(undefined);
    this.arranging.set(on);
    if (on && !this.keeper.widgets().some(({ id }) => id === this.at()))
      this.at.set([...this.keeper.widgets()].sort(readingOrder)[0]?.id ?? '');
  }

  /** Keys on a widget itself, not on what is in it: arrows go between widgets, or move the one that is taken. */
  protected pressed(event: KeyboardEvent, { id }: Kept): void {
    if (event.target !== event.currentTarget) return;
    const arrow = ARROWS.find((each) => each === event.key);
    if (arrow !== undefined) this.arrow(event, id, arrow);
    else if (!this.arranging()) return;
    else if (event.key === 'Enter') {
      event.preventDefault();
      if (this.taken() === undefined) this.taken.set({ id, before: this.placesNow() });
      else this.taken.set(undefined);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (this.taken() === undefined) this.arrange(false);
      else this.putBack();
    }
  }

  /** A widget that is left while it is taken goes back: nothing moves that nobody holds. */
  protected left(event: FocusEvent): void {
    if (event.target === event.currentTarget && this.taken() !== undefined) this.putBack();
  }

  private arrow(event: KeyboardEvent, id: string, arrow: Arrow): void {
    event.preventDefault();
    const taken = this.taken();
    if (taken === undefined) {
      const next = neighbour(this.placesNow(), id, arrow);
      if (next === undefined) return;
      this.at.set(next);
      this.elementOf(next)?.focus();
      return;
    }
    const place = this.placesNow().get(id);
    if (place === undefined) return;
    // From where all stood at first: those that gave way come back when the way is free again.
    this.grid?.put(taken.before, id, step(place, arrow, event.shiftKey));
    (event.currentTarget as HTMLElement).scrollIntoView({ block: 'nearest' });
  }

  private putBack(): void {
    const taken = this.taken();
    this.taken.set(undefined);
    if (taken !== undefined) this.grid?.put(taken.before);
  }

  private elementOf(id: string): HTMLElement | null | undefined {
    return this.board()?.nativeElement.querySelector<HTMLElement>(`[data-widget="${id}"]`);
  }

  private placesNow(): ReadonlyMap<string, Place> {
    return new Map(this.keeper.widgets().map(({ id, place }) => [id, place]));
  }

  private restart(wanted: boolean): void {
    this.grid?.stop();
    this.grid = undefined;
    const [desk, board] = [this.desk()?.nativeElement, this.board()?.nativeElement];
    if (!wanted || desk === undefined || board === undefined) return;
    this.grid = new BoardGrid(desk, board, {
      arranged: (places) => this.keeper.arrange(places),
      moving: (id, place) => this.dragged.set(id === undefined || place === undefined ? undefined : { id, place }),
    });
    void this.grid.start(this.keeper.widgets());
  }
}
