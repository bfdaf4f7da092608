/** 0 to 1, the same for the same seed. */
export const seededRandom = (seed: number) => () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;

/** The most of `times`, in milliseconds, that lie within one second, whenever that begins. */
export function mostInASecond(times: readonly number[]): number {
  const sorted = Float64Array.from(times).sort();
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
