import type { GridStack, GridStackNode } from 'gridstack';
import { COLUMNS, LEAST, ROWS, type BoardWidget, type Place } from './board-layout.js';

/** Half the gutter between two widgets that are being arranged. */
const HALF_GUTTER = 4;
/** A row is not lower than this; a board that needs more scrolls. */
const LEAST_ROW = 48;
const ATTRIBUTES = ['gs-x', 'gs-y', 'gs-w', 'gs-h', 'gs-id'] as const;

/** What the grid tells the page. */
export interface GridEvents {
  /** Widgets have been put down somewhere. */
  readonly arranged: (places: ReadonlyMap<string, Place>) => void;
  /** A widget is under way by pointer; without one it has been put down. */
  readonly moving: (id: string | undefined, place?: Place) => void;
}

/**
 * The grid while a board is arranged: widgets can be dragged by their headers and sized by eight handles, and give way to
 * each other. Outside of arranging a board is plain CSS and there is no such grid.
 */
export class BoardGrid {
  private grid: GridStack | undefined;
  private stopped = false;
  private readonly resized = new ResizeObserver(() => this.grid?.cellHeight(this.rowHeight()));

  constructor(
    private readonly desk: HTMLElement,
    private readonly board: HTMLElement,
    private readonly events: GridEvents,
  ) {}

  async start(widgets: readonly BoardWidget[]): Promise<void> {
    // It touches the window when it is imported, and only arranging needs it.
    const { GridStack } = await import('gridstack');
    if (this.stopped) return;
    for (const { id, place } of widgets) {
      const values = [place.x, place.y, place.w, place.h, id];
      ATTRIBUTES.forEach((name, i) => this.element(id)?.setAttribute(name, String(values[i])));
    }
    const grid = GridStack.init(
      {
        column: COLUMNS,
        cellHeight: this.rowHeight(),
        margin: HALF_GUTTER,
        mode: 'float',
        animate: false,
        minRow: ROWS,
        alwaysShowResizeHandle: true,
        draggable: { handle: '.w-head', cancel: 'button, .menu, dialog', scroll: true },
        resizable: { handles: 'all' },
      },
      this.board,
    );
    if (grid === null) return;
    this.grid = grid;
    for (const { id } of widgets) {
      const element = this.element(id);
      if (element !== null) grid.update(element, { minW: LEAST.w, minH: LEAST.h });
    }
    grid.on('change', () => this.events.arranged(this.places()));
    const moving = (_: Event, element: HTMLElement & { gridstackNode?: GridStackNode }) => {
      const node = element.gridstackNode;
      if (node?.id !== undefined) this.events.moving(node.id, placeOf(node));
    };
    grid.on('dragstart drag resizestart resize', moving);
    grid.on('dragstop resizestop', () => this.events.moving(undefined));
    this.resized.observe(this.desk);
  }

  /** Puts widgets where `places` says, and one of them on top of that: what stands in its way gives way. */
  put(places: ReadonlyMap<string, Place>, id?: string, at?: Place): void {
    const { grid } = this;
    if (grid === undefined) return;
    grid.batchUpdate();
    // In reading order and without the one that moves, each finds its old place free.
    for (const [other, place] of places) {
      const element = this.element(other);
      if (element !== null) grid.update(element, { ...place });
    }
    grid.batchUpdate(false);
    const element = id === undefined ? null : this.element(id);
    if (element !== null && at !== undefined) grid.update(element, { ...at });
    this.events.arranged(this.places());
  }

  places(): ReadonlyMap<string, Place> {
    return new Map(
      (this.grid?.engine.nodes ?? []).flatMap((node) => (node.id === undefined ? [] : [[node.id, placeOf(node)]])),
    );
  }

  stop(): void {
    this.stopped = true;
    this.resized.disconnect();
    this.grid?.destroy(false);
    this.grid = undefined;
    this.board.removeAttribute('style');
    for (const element of this.board.querySelectorAll<HTMLElement>('.grid-stack-item')) {
      for (const name of ATTRIBUTES) element.removeAttribute(name);
      for (const property of ['left', 'top', 'width', 'height', '--gs-x', '--gs-y', '--gs-w', '--gs-h'])
        element.style.removeProperty(property);
    }
  }

  private element(id: string): HTMLElement | null {
    return this.board.querySelector<HTMLElement>(`[data-widget="${id}"]`);
  }

  private rowHeight(): number {
    return Math.max(LEAST_ROW, Math.floor(this.desk.clientHeight / ROWS));
  }
}

const placeOf = ({ x = 0, y = 0, w = 1, h = 1 }: GridStackNode): Place => ({ x, y, w, h });
