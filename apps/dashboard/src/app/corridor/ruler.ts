import type { Station } from './road-readings.js';

const MARGIN_KM = 0.9;

/** The kilometre axis that road, contour and rows share: kilometres go up. */
export class Ruler {
  private readonly from: number;
  private readonly to: number;

  constructor(private readonly stations: readonly Station[]) {
    this.from = (stations[0]?.km ?? 0) - MARGIN_KM;
    this.to = (stations.at(-1)?.km ?? 1) + MARGIN_KM;
  }

  /** How far down a kilometre lies, 0 to 1. */
  down(km: number): number {
    return (this.to - km) / (this.to - this.from);
  }

  /** Upper and lower end of the stretch that a station stands for: half way to its neighbours. */
  stretch(index: number): readonly [top: number, bottom: number] {
    const km = this.stations[index]?.km ?? 0;
    const before = this.stations[index - 1]?.km;
    const next = this.stations[index + 1]?.km;
    return [
      next === undefined ? 0 : this.down((km + next) / 2),
      before === undefined ? 1 : this.down((km + before) / 2),
    ];
  }

  /** Whole kilometres on the axis. */
  get marks(): number[] {
    const first = Math.ceil(this.from);
    return Array.from({ length: Math.max(0, Math.floor(this.to) - first + 1) }, (_, i) => first + i);
  }
}
