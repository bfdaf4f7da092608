const two = (part: number): string => String(part).padStart(2, '0');

/** Time of day in the reader's zone: `14:32:09`. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Time of day without seconds: `14:32`. */
export const clockMinute = (at: number): string => clockTime(at).slice(0, 5);

/** An age for people: `0.3 s`, `48 s`, `28 min`, `3 h`. An age below zero (a clock ahead of ours) reads `0.0 s`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Whole seconds for sentences, at least one: `6 s`. */
export const wholeSeconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))} s`;

/** A delay: `41 ms`, `1.04 s`. */
export const delayText = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms));
  return whole < 1000 ? `${whole} ms` : `${(whole / 1000).toFixed(2)} s`;
};

/** A signed offset with a true minus: `+38 ms`, `−5 ms`. */
export const offsetText = (ms: number): string => {
  const whole = Math.round(ms);
  return `${whole < 0 ? '−' : '+'}${delayText(Math.abs(whole))}`;
};

/** What to say of a device's clock that is off by `ms`: `device clock +3600 s`; `undefined` when it is not. */
export const skewWords = (ms: number): string | undefined =>
  ms === 0 ? undefined : `device clock ${ms < 0 ? '−' : '+'}${Math.round(Math.abs(ms) / 1000)} s`;

/** Digits in groups of three, parted by a narrow no-break space: `4 380`. */
export const groupDigits = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** A value with fixed decimals and a true minus. */
export const fixed = (value: number, decimals: number): string => value.toFixed(decimals).replace('-', '−');
