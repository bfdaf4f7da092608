import { agesSvg, bytesSvg, type AgesRow, type BytesRow } from '../chart-svg.js';
import { costOf } from '../lab-run.js';
import { Measured, type LabFigures, type MeasuredRun } from './measured.js';
import { CALM_RATES_HZ, CUT_EVERY_S, DELAY_MS } from './scenarios.js';

/** The pictures of the page of the five transports, by file name. @throws Error where a scenario was not measured */
export function transportsPictures(figures: LabFigures): Readonly<Record<string, string>> {
  const m = new Measured(figures);
  return {
    'bytes.svg': bytesSvg(
      'Bytes for each reading, by rate',
      CALM_RATES_HZ.map((rateHz) => ({ title: `${rateHz} readings/s`, rows: bytesOf(m.run(`calm-${rateHz}`)) })),
    ),
    'ages-10.svg': agesSvg('Age on arrival: 10 readings/s, calm', agesOf(m.run('calm-10'))),
    'ages-500.svg': agesSvg('Age on arrival: 500 readings/s, calm', agesOf(m.run('calm-500'))),
    'ages-delay.svg': agesSvg(`Age on arrival: 10 readings/s, ${DELAY_MS} ms delay each way`, agesOf(m.run('delay'))),
    'ages-cut.svg': agesSvg(`Age on arrival: 10 readings/s, cut every ${CUT_EVERY_S} s`, agesOf(m.run('cut'))),
  };
}

const agesOf = ({ lanes }: MeasuredRun): AgesRow[] =>
  lanes.map(({ lane, ages, p50, p99 }) => ({
    name: lane,
    ages,
    ...(p50 !== undefined && { p50 }),
    ...(p99 !== undefined && { p99 }),
  }));

const bytesOf = ({ lanes, tallies }: MeasuredRun): BytesRow[] =>
  lanes.flatMap(({ lane, readings }) => {
    const tally = tallies[lane];
    if (!tally) return [];
    const { headerBytes, bodyBytes } = costOf(readings, tally);
    const each = Math.max(1, readings);
    return [{ name: lane, headerBytes: headerBytes / each, bodyBytes: bodyBytes / each }];
  });
