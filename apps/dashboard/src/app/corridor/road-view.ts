import { type Age, judgeAge } from '@telewire/client';
import { fixed, groupDigits } from '../widget/format.js';
import { densityOf, levelOfService } from './level-of-service.js';
import type { RoadReadings, Station } from './road-readings.js';

const NO_VALUE = '---';

/** One lane of a station now. */
export interface LaneView {
  readonly text: string;
  /** km/h; `undefined` when no vehicle was measured or the measurement is stale. */
  readonly speed: number | undefined;
}

/** One station now. */
export interface RowView {
  readonly station: Station;
  readonly age: Age;
  /** Since when the station is offline: what it said before is then stale at once. */
  readonly offlineSince: number | undefined;
  readonly lanes: readonly LaneView[];
  readonly flow: string;
  readonly occupancy: string;
  readonly level: string;
  /** Mean speed over the lanes, km/h; NaN when none was measured. */
  readonly speed: number;
}

/** Looks at a station at gateway time `now`. */
export function lookAtStation(station: Station, road: RoadReadings, now: number): RowView {
  const offlineSince = road.offlineSince(station.device);
  const judged = judgeAge(road.heard(station.device), station.intervalMs, now);
  const age: Age =
    offlineSince === undefined || judged.freshness === 'none' ? judged : { ...judged, freshness: 'stale', fill: 1 };
  const history = road.history(station.device);
  const cells = history === undefined ? undefined : history.lanesOf(history.newest);
  if (history === undefined || cells === undefined) {
    const lanes = Array.from({ length: station.lanes }, () => ({ text: NO_VALUE, speed: undefined }));
    return { station, age, offlineSince, lanes, flow: NO_VALUE, occupancy: NO_VALUE, level: '?', speed: NaN };
  }
  const stale = age.freshness === 'stale';
  const flows = cells.map((cell) => cell.flow).filter(Number.isFinite);
  const occupancies = cells.map((cell) => cell.occupancy).filter(Number.isFinite);
  const density = densityOf(cells.map(({ flow, speed }) => ({ flow: known(flow), speed: known(speed) })));
  return {
    station,
    age,
    offlineSince,
    lanes: cells.map(({ speed }) => ({
      text: Number.isFinite(speed) ? fixed(speed, 0) : NO_VALUE,
      speed: stale ? undefined : known(speed),
    })),
    flow: flows.length === 0 ? NO_VALUE : groupDigits(sum(flows)),
    occupancy: occupancies.length === 0 ? NO_VALUE : fixed(sum(occupancies) / occupancies.length, 1),
    level: density === undefined || stale ? '?' : levelOfService(density),
    speed: history.speedOf(history.newest),
  };
}

const known = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
