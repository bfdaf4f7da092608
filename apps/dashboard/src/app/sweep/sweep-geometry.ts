/** 25 mm/s at the nominal 96 px to the inch. */
const PX_PER_SECOND = 94.5;
/** Of a wave that moves slowly half of it. */
export const pxPerSecondOf = (slow: boolean): number => PX_PER_SECOND * (slow ? 0.5 : 1);
/** The empty stretch ahead of the pen; the bar stands at its end. */
export const GAP_PX = 16;

/** Where on a sweep of width `width` the instant `at` lies. */
export const xAt = (at: number, width: number, pxPerSecond: number): number => {
  const x = ((at / 1000) * pxPerSecond) % width;
  return x < 0 ? x + width : x;
};

/** The oldest instant still to be seen when the pen is at `playAt`. */
export const oldestVisible = (playAt: number, width: number, pxPerSecond: number): number =>
  playAt - ((width - GAP_PX - 2) / pxPerSecond) * 1000;

/** The parts of a stretch of `length` from `from` that lie on a sweep of `width`: one, or two where it wraps. */
export function wrapped(from: number, length: number, width: number): readonly (readonly [x: number, width: number])[] {
  const x = ((from % width) + width) % width;
  const whole = Math.min(length, width);
  if (x + whole <= width) return [[x, whole]];
  return [
    [x, width - x],
    [0, x + whole - width],
  ];
}

/** True when a line may be drawn between two samples: their distance is one period, save for rounded block times. */
export const isJoined = (earlierAt: number, laterAt: number, periodMs: number): boolean =>
  laterAt - earlierAt <= periodMs * 1.5 + 8;
