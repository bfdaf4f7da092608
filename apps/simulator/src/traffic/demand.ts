/**
 * Vehicles an hour by hour of the day: means over six years at a detector of the I-94 westbound between Minneapolis and
 * St Paul (UCI "Metro Interstate Traffic Volume"), working days and weekends.
 */
const WORKDAY = [
  652, 397, 302, 362, 833, 2701, 5366, 6030, 5503, 4895, 4378, 4633, 4855, 4859, 5153, 5593, 6189, 5785, 4434, 3298,
  2842, 2673, 2126, 1380,
];
const WEEKEND = [
  1306, 805, 611, 394, 375, 639, 1089, 1589, 2339, 3112, 3687, 4044, 4372, 4362, 4359, 4342, 4340, 4152, 3812, 3220,
  2815, 2658, 2384, 1699,
];

// A road between cities sleeps less than a commuter road: through traffic at every hour, the rest follows the table.
// The scale lets the two peaks of a working day just exceed what three lanes carry behind the slip road.
const THROUGH = 900;
const SHARE = 0.68;

/** A moment of the week: hour of the day from 0 to 24 with its fraction, and whether it is a Saturday or Sunday. */
export interface TimeOfWeek {
  readonly hour: number;
  readonly weekend: boolean;
}

/** Local time of the week of an instant in epoch milliseconds. */
export function timeOfWeek(at: number): TimeOfWeek {
  const date = new Date(at);
  return {
    hour: date.getHours() + date.getMinutes() / 60 + date.getSeconds() / 3600,
    weekend: date.getDay() === 0 || date.getDay() === 6,
  };
}

/** Vehicles an hour that want to enter a road of three lanes, all lanes together. */
export function demandAt({ hour, weekend }: TimeOfWeek): number {
  const table = weekend ? WEEKEND : WORKDAY;
  // A value of the table is the mean of its hour and so stands at half past.
  const place = hour - 0.5 + 24;
  const before = table[Math.floor(place) % 24]!;
  const after = table[(Math.floor(place) + 1) % 24]!;
  return THROUGH + SHARE * (before + (place % 1) * (after - before));
}
