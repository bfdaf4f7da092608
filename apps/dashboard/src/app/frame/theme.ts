import { DOCUMENT, DestroyRef, Injectable, computed, effect, inject, signal } from '@angular/core';
import { read, write } from '../browser-memory.js';

/** What the reader chose; `system` follows the reader's system. */
export type ThemeChoice = 'dark' | 'light' | 'system';
const CHOICES: readonly ThemeChoice[] = ['dark', 'light', 'system'];
const KEY = 'telewire.theme';
const WALL = '(min-width: 1800px)';

/** How the page looks: what canvases draw with changes with it. */
export interface Look {
  readonly theme: 'dark' | 'light';
  /** True on a wall, where lines and figures grow. */
  readonly dense: boolean;
}

/** Dark or light, as the reader or the reader's system wants, and the density of the screen. */
@Injectable({ providedIn: 'root' })
export class Theme {
  private readonly root = inject(DOCUMENT).documentElement;
  private readonly chosen = signal<ThemeChoice>(CHOICES.find((each) => each === read(KEY)) ?? 'system');
  private readonly systemIsLight = this.media('(prefers-color-scheme: light)');
  private readonly wall = this.media(WALL);
  readonly choice = this.chosen.asReadonly();
  readonly look = computed<Look>(() => {
    const choice = this.chosen();
    return {
      theme: choice === 'system' ? (this.systemIsLight() ? 'light' : 'dark') : choice,
      dense: this.wall(),
    };
  });

  constructor() {
    effect(() => this.apply(this.look()));
  }

  /** Goes from dark to light to what the system says. */
  next(): void {
    const choice = CHOICES[(CHOICES.indexOf(this.chosen()) + 1) % CHOICES.length] ?? 'system';
    this.chosen.set(choice);
    write(KEY, choice);
  }

  /** The value of a token as it is now. */
  token(name: string): string {
    return getComputedStyle(this.root).getPropertyValue(name).trim();
  }

  private apply(look: Look): void {
    this.root.dataset['theme'] = look.theme;
    if (look.dense) this.root.dataset['density'] = 'wall';
    else delete this.root.dataset['density'];
  }

  private media(query: string) {
    const list = globalThis.matchMedia?.(query);
    const matches = signal(list?.matches ?? false);
    const changed = (event: MediaQueryListEvent) => matches.set(event.matches);
    list?.addEventListener('change', changed);
    inject(DestroyRef).onDestroy(() => list?.removeEventListener('change', changed));
    return matches.asReadonly();
  }
}
