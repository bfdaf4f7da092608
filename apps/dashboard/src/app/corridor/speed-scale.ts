import type { Theme } from '../frame/theme.js';

const STEP = 20;
const STOPS = [0, 20, 40, 60, 80, 100, 120];

/** Gives each speed in km/h its colour; lightness runs one way from 0 to 120. */
export class SpeedScale {
  private readonly stops: readonly (readonly number[])[];

  constructor(theme: Theme) {
    this.stops = STOPS.map((stop) => {
      const hex = theme.token(`--v-${stop}`);
      return [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16));
    });
  }

  colour(speed: number): string {
    const place = Math.min(STOPS.length - 1.001, Math.max(0, speed / STEP));
    const low = Math.floor(place);
    const share = place - low;
    const from = this.stops[low] ?? [];
    const to = this.stops[low + 1] ?? from;
    return `rgb(${from.map((part, i) => Math.round(part + ((to[i] ?? part) - part) * share)).join(' ')})`;
  }
}
