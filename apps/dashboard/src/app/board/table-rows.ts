import { type Freshness, judgeAge } from '@telewire/client';
import type { DeviceEntry } from '@telewire/protocol';
import type { SeriesInfo } from '@telewire/telemetry';
import { isWave } from '../sweep/wave-value.js';
import { ageText } from '../widget/format.js';
import { unitText } from '../widget/units.js';
import { valueText, whereOf } from './series-search.js';
import type { NewestReading } from './widget-readings.js';

const MOST_ROWS = 300;

/** One series of a table as it is shown. */
export interface TableRow {
  readonly series: string;
  readonly label: string;
  readonly where: string;
  readonly value: string;
  readonly unit: string;
  readonly age: string;
  readonly freshness: Freshness;
}

/** A row for each series that has sent something, by name. */
export function rowsOf(
  newest: ReadonlyMap<string, NewestReading>,
  series: ReadonlyMap<string, SeriesInfo>,
  devices: readonly DeviceEntry[],
  now: number,
  frameMs = 0,
): readonly TableRow[] {
  return [...newest.keys()]
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .slice(0, MOST_ROWS)
    .flatMap((name) => {
      const reading = newest.get(name);
      if (reading === undefined) return [];
      const info = series.get(name);
      const { freshness, ageMs } = judgeAge(reading, info?.intervalMs ?? null, now, frameMs);
      const { value, quality } = reading;
      const text = isWave(value) ? 'wave' : valueText(quality === 'bad' ? null : value, info);
      return [
        {
          series: name,
          label: info?.label ?? name,
          where: whereOf(name, devices),
          value: quality === 'uncertain' ? `~${text}` : text,
          unit: unitText(info?.unit ?? ''),
          age: ageText(ageMs),
          freshness,
        },
      ];
    });
}
