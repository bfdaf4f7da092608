/** `0.4 ms`, `12 ms`, `1.25 s`; `–` where there is none. */
export function inMs(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return ms < 999.5 ? `${ms.toFixed(0)} ms` : `${short(ms / 1000)} s`;
}

/** How long it took to come back at most, and for how long who is not back has been away: `1.52 s`, `1.52 s, not back for 4 s`. */
export function inRecovery(longestMs: number | undefined, notBackMs: number | undefined): string {
  if (notBackMs === undefined) return inMs(longestMs);
  return `${longestMs === undefined ? '' : `${inMs(longestMs)}, `}not back for ${inMs(notBackMs)}`;
}

/** `0.4 B`, `640 B`, `12.3 kB`, `1.25 MB`, in powers of a thousand. */
export function inBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '–';
  if (bytes < 9.95 && !Number.isInteger(bytes)) return `${bytes.toFixed(1)} B`;
  if (bytes < 999.5) return `${bytes.toFixed(0)} B`;
  return bytes < 999_500 ? `${short(bytes / 1e3)} kB` : `${short(bytes / 1e6)} MB`;
}

/** `0.4 %`, `37 %` of a share from 0 to 1. */
export function inPercent(share: number | undefined): string {
  if (share === undefined) return '–';
  return share < 0.0995 && share > 0 ? `${(share * 100).toFixed(1)} %` : `${(share * 100).toFixed(0)} %`;
}

/** `12,345` */
export const inCount = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');

/** Three digits, and no more after the point than tell something. */
export function short(value: number): string {
  if (value >= 99.95 || Number.isInteger(value)) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
