import type { DeviceEntry, SeriesEntry } from '@telewire/protocol';
import { isFilter, isName, isSamples, matches, type SeriesInfo, type SeriesKind } from '@telewire/telemetry';
import { metricOf } from '../series-names.js';
import { fixed } from '../widget/format.js';
import { unitText } from '../widget/units.js';
import type { WidgetKind } from './board-layout.js';

const MOST_SHOWN = 60;
const DRAWN_BY: Readonly<Record<WidgetKind, readonly SeriesKind[]>> = {
  number: ['number'],
  trend: ['number'],
  wave: ['samples'],
  log: ['text', 'state'],
  table: ['number', 'text', 'state'],
};

/** True when a widget of `kind` can draw series of kind `series`. */
export const draws = (kind: WidgetKind, series: SeriesKind): boolean => DRAWN_BY[kind].includes(series);

/** True for a filter that may match more than one series. */
export const isPattern = (shows: string): boolean => /[+#]/.test(shows) && isFilter(shows);

/** One thing that a widget may show. */
export interface Found {
  /** Name of a series, or a filter. */
  readonly shows: string;
  readonly name: string;
  readonly where: string;
  /** Newest value with its unit, or what there is to say instead. */
  readonly value: string;
}

/** A device's name for people: `bed 01`, `S09`. */
export const deviceWords = (device: DeviceEntry | undefined): string =>
  device === undefined ? '' : device.type === 'patient-monitor' ? `bed ${device.label}` : device.label;

/** Where a series is measured: its device and the part of it: `S09, lane 2`. */
export function whereOf(series: string, devices: readonly DeviceEntry[]): string {
  const device = deviceOf(series, devices);
  if (device === undefined) return series.slice(0, series.lastIndexOf('/'));
  const part = series.slice(device.device.length + 1, -metricOf(series).length - 1);
  return [deviceWords(device), ...(part === '' ? [] : part.split('/').map((level) => level.replace('-', ' ')))].join(
    ', ',
  );
}

/** The device that a series belongs to. */
export const deviceOf = (series: string, devices: readonly DeviceEntry[]): DeviceEntry | undefined =>
  devices.find(({ device }) => series.startsWith(`${device}/`));

/**
 * What `typed` may mean for a widget of `kind`: series whose name, label or device has every word of it; for a table or a
 * log the filter itself first; and a name that nothing is called yet last.
 */
export function searchSeries(
  typed: string,
  kind: WidgetKind,
  series: readonly SeriesEntry[],
  devices: readonly DeviceEntry[],
): readonly Found[] {
  const text = typed.trim();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = series.filter((entry) => draws(kind, entry.kind));
  const found: Found[] = [];
  const asFilter = (kind === 'table' || kind === 'log') && isPattern(text);
  if (asFilter) {
    const count = fitting.filter((entry) => matches(text, entry.series)).length;
    found.push({ shows: text, name: 'Filter', where: text, value: countWords(count) });
  }
  for (const entry of fitting) {
    if (found.length === MOST_SHOWN) break;
    const where = whereOf(entry.series, devices);
    const device = devices.find(({ device }) => device === entry.device);
    const hay = `${entry.series} ${entry.label} ${where} ${device?.site ?? ''} ${device?.detail ?? ''}`.toLowerCase();
    if ((asFilter && matches(text, entry.series)) || words.every((word) => hay.includes(word)))
      found.push({ shows: entry.series, name: entry.label, where, value: latestText(entry) });
  }
  if (isName(text) && text.includes('/') && !series.some((entry) => entry.series === text))
    found.push({ shows: text, name: 'Not there yet', where: text, value: 'appears by itself' });
  return found;
}

const countWords = (count: number): string => (count === 1 ? '1 series now' : `${count} series now`);

function latestText({ latest, ...info }: SeriesEntry): string {
  if (latest === null) return 'nothing yet';
  const { value } = latest;
  if (isSamples(value)) return `${Math.round(1000 / value.periodMs)} Hz`;
  return `${valueText(value, info)} ${unitText(info.unit)}`.trim();
}

/** A value as text: numbers with the decimals that their scale deserves, words as they are, `---` for none. */
export function valueText(value: unknown, info: Pick<SeriesInfo, 'range' | 'kind'> | undefined): string {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return '---';
  const span = info?.range === undefined ? Math.abs(value) : info.range.high - info.range.low;
  const decimals = span >= 30 || Number.isInteger(value) ? 0 : span >= 3 ? 1 : 2;
  return decimals === 0 ? grouped(value) : fixed(value, decimals);
}

const grouped = (value: number): string => fixed(Math.round(value), 0).replace(/\B(?=(\d{3})+$)/g, '\u202f');
