import { inBytes, inCount, inMs, inPercent, inRecovery, short } from './figures.js';
import { costOf, type EchoRun, type LabRun } from './lab-run.js';
import type { LabLane } from '@telewire/protocol';
import { changesOf, settingsOf } from './run-settings.js';
import { weatherWords } from './weather-words.js';

/** A run as a page of Markdown: what was set and changed, what it cost, how old the readings were, who was interrupted. */
export function reportMarkdown(run: LabRun): string {
  const changes = changesTable(run);
  const parts = [
    `# ${run.title ?? 'Transport lab'}`,
    `${new Date(run.startedAt).toISOString()}, ${short(run.seconds)} s: ${settingsOf(run)}.`,
    ...(changes === undefined ? [] : ['## What was changed meanwhile', changes]),
    '## What it cost',
    costTable(run),
    '## How old the readings were',
    ageTable(run),
    ...(run.lanes.some(({ asked }) => asked > 0) ? ['## Who asked, and how often', askedTable(run)] : []),
    ...(run.duplex?.length ? ['## Two ways: the same echo', duplexTable(run.duplex)] : []),
    NOTES,
  ];
  return `${parts.join('\n\n')}\n`;
}

const NOTES = [
  'Bytes are those of TCP as the proxy counted them, both ways; header is everything that is not a frame of the protocol.',
  'Overhead is header of all bytes. Age is from the device’s time to the arrival; shown age is the mean, over time, of the',
  'age of the newest reading at hand.',
].join('\n');

function changesTable(run: LabRun): string | undefined {
  const changes = changesOf(run, run.changes ?? []);
  if (changes.length === 0) return undefined;
  return markdownTable(
    ['from then on', 'after'],
    changes.map(({ afterS, words }) => [words, `${short(afterS)} s`]),
  );
}

function costTable({ lanes, tallies }: LabRun): string {
  const rows = lanes.map(({ lane, readings }) => {
    const tally = tallies[lane];
    if (!tally) return [lane, inCount(readings), ...Array<string>(6).fill('–')];
    const { overhead, bytesPerReading } = costOf(readings, tally);
    return [
      lane,
      inCount(readings),
      inCount(tally.requests),
      inCount(tally.connections),
      `${inBytes(tally.up.header)} + ${inBytes(tally.up.body)}`,
      `${inBytes(tally.down.header)} + ${inBytes(tally.down.body)}`,
      inPercent(overhead),
      inBytes(bytesPerReading),
    ];
  });
  const rest: LabLane = 'other';
  const other = tallies[rest];
  if (other && other.requests > 0)
    rows.push([
      rest,
      '',
      inCount(other.requests),
      inCount(other.connections),
      `${inBytes(other.up.header)} + ${inBytes(other.up.body)}`,
      `${inBytes(other.down.header)} + ${inBytes(other.down.body)}`,
      inPercent(costOf(0, other).overhead),
      '',
    ]);
  return markdownTable(
    [
      'transport',
      'readings',
      'requests',
      'connections',
      'up: header + body',
      'down: header + body',
      'overhead',
      'bytes/reading',
    ],
    rows,
  );
}

const ageTable = ({ lanes }: LabRun): string =>
  markdownTable(
    [
      'transport',
      'p50',
      'p95',
      'p99',
      'shown age',
      'repeats',
      'lost',
      'interruptions',
      'longest recovery',
      'longest silence',
    ],
    lanes.map(
      ({
        lane,
        p50,
        p95,
        p99,
        shownAgeMs,
        repeats,
        lost,
        interruptions,
        longestRecoveryMs,
        notBackMs,
        longestSilenceMs,
      }) => [
        lane,
        inMs(p50),
        inMs(p95),
        inMs(p99),
        inMs(shownAgeMs),
        inCount(repeats),
        inCount(lost),
        inCount(interruptions),
        inRecovery(longestRecoveryMs, notBackMs),
        inMs(longestSilenceMs),
      ],
    ),
  );

const askedTable = ({ lanes, seconds }: LabRun): string =>
  markdownTable(
    ['transport', 'questions', 'a second', 'mean hold', 'mean rest'],
    lanes
      .filter(({ asked }) => asked > 0)
      .map(({ lane, asked, heldMs, restMs }) => [
        lane,
        inCount(asked),
        short(asked / seconds),
        inMs(heldMs),
        inMs(restMs),
      ]),
  );

const duplexTable = (reports: readonly EchoRun[]): string =>
  markdownTable(
    ['way', 'weather', 'sent', 'back', 'requests', 'round trip p50', 'p99'],
    reports.map(({ way, weather = {}, sent, returned, requests, p50, p99, failure }) => [
      failure === undefined ? way : `${way} (${failure})`,
      weatherWords(weather),
      inCount(sent),
      inCount(returned),
      inCount(requests),
      inMs(p50),
      inMs(p99),
    ]),
  );

/** A table, words to the left and figures to the right, its columns padded so that a formatter leaves it as it is. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => head.map((_, i) => (row[i] ?? '').replaceAll('|', '\\|')));
  const widths = head.map((_, i) => Math.max(3, ...all.map((row) => widthOf(row[i]!))));
  const figures = head.map((_, i) => i > 0 && all.slice(1).every((row) => /^([\d–].*)?$/.test(row[i]!)));
  const pad = (cell: string, i: number) => {
    const space = ' '.repeat(widths[i]! - widthOf(cell));
    return figures[i] ? space + cell : cell + space;
  };
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = widths.map((width, i) => (figures[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  const [first, ...rest] = all.map((row) => line(row.map(pad)));
  return [first, line(rule), ...rest].join('\n');
}

const widthOf = (cell: string): number => [...cell].length;
