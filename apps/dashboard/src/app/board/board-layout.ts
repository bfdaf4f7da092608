import * as v from 'valibot';
import { isFilter } from '@telewire/telemetry';

/** Columns of a board. */
export const COLUMNS = 12;
/** Rows that fill a screen; a board may be longer and scrolls then. */
export const ROWS = 12;
/** A widget smaller than this shows nothing. */
export const LEAST = { w: 2, h: 2 } as const;
const MOST_ROWS = 200;
const MOST_WIDGETS = 100;

/** Frames a second that a widget may ask for at most: the least and the most. */
export const PACE = { least: 0.1, most: 60 } as const;

/** What a widget draws. */
export const WIDGET_KINDS = ['number', 'trend', 'wave', 'log', 'table'] as const;

const integer = (low: number, high: number) => v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high));
const PlaceSchema = v.pipe(
  v.object({
    x: integer(0, COLUMNS - LEAST.w),
    y: integer(0, MOST_ROWS),
    w: integer(LEAST.w, COLUMNS),
    h: integer(LEAST.h, MOST_ROWS),
  }),
  v.check((place) => place.x + place.w <= COLUMNS, 'reaches beyond the last column'),
);
const WidgetSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/)),
  kind: v.picklist(WIDGET_KINDS),
  /** Name of a series; of a table or a log it may be a filter over such names. */
  shows: v.pipe(v.string(), v.check(isFilter)),
  policy: v.picklist(['every', 'latest', 'extremes']),
  /** Frames a second at most, as it was typed; left out, it is the widget's own pace under `extremes`, and else the most. */
  maxHz: v.optional(v.pipe(v.number(), v.minValue(PACE.least), v.maxValue(PACE.most))),
  /** What becomes of it while its line is too slow; left out, it is served less. */
  onSlow: v.optional(v.picklist(['degrade', 'lag'])),
  place: PlaceSchema,
});
const BoardSchema = v.object({
  version: v.literal(1),
  widgets: v.pipe(
    v.array(WidgetSchema),
    v.maxLength(MOST_WIDGETS),
    v.check((widgets) => new Set(widgets.map(({ id }) => id)).size === widgets.length, 'two have the same id'),
  ),
});

/** What a widget draws. */
export type WidgetKind = (typeof WIDGET_KINDS)[number];
/** Where a widget stands: columns and rows from 0. */
export type Place = Readonly<v.InferOutput<typeof PlaceSchema>>;
/** A widget of a board as it is kept. */
export type BoardWidget = Readonly<Omit<v.InferOutput<typeof WidgetSchema>, 'place'>> & { readonly place: Place };

/** Writes a board the way {@link parseBoard} reads it. */
export const encodeBoard = (widgets: readonly BoardWidget[]): string => JSON.stringify({ version: 1, widgets });

/** Reads a board; `undefined` for anything that is not one. */
export function parseBoard(text: string): readonly BoardWidget[] | undefined {
  try {
    const result = v.safeParse(BoardSchema, JSON.parse(text));
    return result.success ? result.output.widgets.map(withoutUsualPace) : undefined;
  } catch {
    return undefined; // Not JSON: somebody else wrote it, or only a part of it was kept.
  }
}

// A board that was kept when every widget had a pace has the most where nobody typed one.
function withoutUsualPace({ maxHz, ...widget }: BoardWidget): BoardWidget {
  const usual = maxHz === undefined || (maxHz === PACE.most && widget.policy !== 'extremes');
  return usual ? widget : { ...widget, maxHz };
}

/** From the top to the bottom, and in a row from the left to the right. */
export const readingOrder = (a: { readonly place: Place }, b: { readonly place: Place }): number =>
  a.place.y - b.place.y || a.place.x - b.place.x;

const overlap = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** The first free place of a size, in reading order. */
export function freePlace(taken: readonly Place[], w: number, h: number): Place {
  const end = Math.max(0, ...taken.map((place) => place.y + place.h));
  for (let y = 0; y < end; y++)
    for (let x = 0; x + w <= COLUMNS; x++) {
      const place = { x, y, w, h };
      if (!taken.some((each) => overlap(each, place))) return place;
    }
  return { x: 0, y: end, w, h };
}
