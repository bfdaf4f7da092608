import { isSamples, type SeriesKind, type Value } from '@telewire/telemetry';

/** True when a series of this kind can hold the value; `null` is in every kind. */
export function fits(kind: SeriesKind, value: Value): boolean {
  if (value === null) return true;
  if (kind === 'samples') return isSamples(value);
  if (kind === 'number') return typeof value === 'number';
  return !isSamples(value);
}
