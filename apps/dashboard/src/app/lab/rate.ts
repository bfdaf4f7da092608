/** Readings a second that the lab can make. */
export const LEAST_HZ = 0.2;
export const MOST_HZ = 500;
const STEPS_HZ = [0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/** A rate that was typed: what is taken for it, and what there is to be said about that. */
export interface TypedRate {
  /** `undefined` where it is no number. */
  readonly rateHz: number | undefined;
  /** Empty where it is taken as it was typed. */
  readonly remark: string;
}

/** Takes what was typed, with point or comma, within the bounds. */
export function typedRate(text: string): TypedRate {
  const typed = text.trim().replace(',', '.');
  const rateHz = typed === '' ? NaN : Number(typed);
  if (Number.isNaN(rateHz)) return { rateHz: undefined, remark: `A number from ${LEAST_HZ} to ${MOST_HZ}.` };
  if (rateHz < LEAST_HZ) return { rateHz: LEAST_HZ, remark: `${LEAST_HZ} is the least: one reading in 5 s.` };
  if (rateHz > MOST_HZ) return { rateHz: MOST_HZ, remark: `${MOST_HZ} is the most.` };
  return { rateHz: Math.round(rateHz * 100) / 100, remark: '' };
}

/** The next step up (1) or down (-1) from any rate; at the end the end. */
export const nextStep = (rateHz: number, way: 1 | -1): number =>
  way === 1
    ? (STEPS_HZ.find((step) => step > rateHz) ?? MOST_HZ)
    : (STEPS_HZ.findLast((step) => step < rateHz) ?? LEAST_HZ);
