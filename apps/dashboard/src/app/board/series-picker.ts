import {
  Component,
  DestroyRef,
  ElementRef,
  afterNextRender,
  computed,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { EMPTY, catchError, defer, switchMap, timer } from 'rxjs';
import { TELEWIRE } from '@telewire/angular';
import type { SeriesEntry } from '@telewire/protocol';
import { DeviceDirectory } from '../telemetry/device-directory.js';
import type { WidgetKind } from './board-layout.js';
import { searchSeries } from './series-search.js';

const REFRESH_MS = 5_000;

// Labels point at inputs by id, and there may be two pickers on a page.
let pickers = 0;

/** A box to find a series in by name, label or device, and the list of what fits. */
@Component({
  selector: 'tw-series-picker',
  templateUrl: './series-picker.html',
  host: { class: 'picker' },
})
export class SeriesPicker {
  readonly kind = input.required<WidgetKind>();
  /** What is shown now, if anything is. */
  readonly chosen = input('');
  readonly label = input('Series');
  readonly chose = output<string>();

  private readonly directory = inject(DeviceDirectory);
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');
  private readonly entries = signal<readonly SeriesEntry[] | undefined>(undefined);
  protected readonly typed = signal('');
  protected readonly found = computed(() =>
    searchSeries(this.typed(), this.kind(), this.entries() ?? [], this.directory.devices()),
  );
  protected readonly loading = computed(() => this.entries() === undefined);
  /** Which row Enter takes: the first, until arrows say otherwise. */
  protected readonly active = linkedSignal({ source: () => [this.typed(), this.kind()], computation: () => 0 });
  protected readonly id = `picker-${++pickers}`;

  constructor() {
    const telewire = inject(TELEWIRE);
    // Values in the list are renewed while it is open; a gateway that does not answer leaves them as they are.
    timer(0, REFRESH_MS)
      .pipe(
        switchMap(() => defer(() => telewire.inventory()).pipe(catchError(() => EMPTY))),
        takeUntilDestroyed(inject(DestroyRef)),
      )
      .subscribe(({ series }) => this.entries.set(series));
    afterNextRender(() => this.box().nativeElement.focus());
  }

  protected type(event: Event): void {
    this.typed.set((event.target as HTMLInputElement).value);
  }

  protected key(event: KeyboardEvent): void {
    const last = this.found().length - 1;
    const to = {
      ArrowDown: Math.min(last, this.active() + 1),
      ArrowUp: Math.max(0, this.active() - 1),
      PageDown: Math.min(last, this.active() + 6),
      PageUp: Math.max(0, this.active() - 6),
    }[event.key];
    if (event.key === 'Enter') {
      event.preventDefault();
      const found = this.found()[this.active()];
      if (found !== undefined) this.chose.emit(found.shows);
    } else if (to !== undefined) {
      event.preventDefault();
      this.active.set(to);
      this.list().nativeElement.children[to]?.scrollIntoView({ block: 'nearest' });
    }
  }
}
