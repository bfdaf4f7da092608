import { DEFAULT_MAX_HZ, type LabWeather } from '@telewire/protocol';
import { short } from './figures.js';
import { costOf, type LabRun } from './lab-run.js';
import { changesOf } from './run-settings.js';

type Cell = string | number | boolean | undefined;
type Row = Readonly<Record<string, Cell>>;

/**
 * A run as CSV (RFC 4180): a row for each lane and each way of echo, every row with what was set, so that runs can be put
 * one under the other. Units are in the names of the columns; what was changed meanwhile is told in words.
 */
export function reportCsv(run: LabRun): string {
  const { terms } = run;
  const begun: Row = {
    title: run.title,
    started: new Date(run.startedAt).toISOString(),
    seconds: run.seconds,
  };
  const set: Row = {
    ...begun,
    rate_hz: run.rateHz,
    filters: terms.filters.join(' '),
    policy: terms.policy ?? 'every',
    max_hz: terms.maxHz ?? DEFAULT_MAX_HZ,
    format: terms.format ?? 'json',
    ...skyOf(run.weather),
    poll_every_ms: terms.pollEveryMs,
    unpaced: terms.unpaced ?? false,
    changes: changesOf(run, run.changes ?? [])
      .map(({ afterS, words }) => `after ${short(afterS)} s: ${words}`)
      .join(' | '),
  };
  const lanes = run.lanes.map((report): Row => {
    const tally = run.tallies[report.lane];
    const cost = tally && costOf(report.readings, tally);
    return {
      ...set,
      lane: report.lane,
      // Events are text.
      ...(report.lane === 'sse' && { format: 'json' }),
      readings: report.readings,
      repeats: report.repeats,
      lost: report.lost,
      withheld: report.withheld,
      requests: tally?.requests,
      connections: tally?.connections,
      up_header_bytes: tally?.up.header,
      up_body_bytes: tally?.up.body,
      down_header_bytes: tally?.down.header,
      down_body_bytes: tally?.down.body,
      overhead: cost?.overhead,
      bytes_per_reading: cost?.bytesPerReading,
      age_p50_ms: report.p50,
      age_p95_ms: report.p95,
      age_p99_ms: report.p99,
      shown_age_ms: report.shownAgeMs,
      asked: report.asked,
      held_ms: report.heldMs,
      rest_ms: report.restMs,
      interruptions: report.interruptions,
      longest_recovery_ms: report.longestRecoveryMs,
      not_back_ms: report.notBackMs,
      longest_silence_ms: report.longestSilenceMs,
    };
  });
  const echoes = (run.duplex ?? []).map((report): Row => ({
    // An echo has a weather of its own, and nothing else of what a race is run with.
    ...begun,
    ...skyOf(report.weather),
    lane: `echo ${report.way}`,
    requests: report.requests,
    echoes_sent: report.sent,
    echoes_returned: report.returned,
    round_trip_p50_ms: report.p50,
    round_trip_p99_ms: report.p99,
  }));
  const rows = [...lanes, ...echoes];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return lines.map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

const skyOf = (weather: Partial<LabWeather> = {}): Row => ({
  delay_ms: weather.delayMs ?? 0,
  jitter_ms: weather.jitterMs ?? 0,
  kilobits_per_second: weather.kilobitsPerSecond ?? 0,
  buffers: weather.buffers ?? false,
  silent: weather.silent ?? false,
  cut_every_s: weather.cutEveryS ?? 0,
});

function field(cell: Cell): string {
  if (cell === undefined) return '';
  const text = typeof cell === 'number' ? String(Math.round(cell * 1000) / 1000) : String(cell);
  // A text that begins like a formula is one to a spreadsheet.
  const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
