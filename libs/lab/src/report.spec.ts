import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as prettier from 'prettier';
import { RUN } from '../testing/run.js';
import { agesSvg, bytesSvg, costOf, reportCsv, reportMarkdown, tallySince } from './index.js';

/** The file beside the lab's tests that holds what was looked at and found right; `UPDATE_GOLDEN=1` writes it anew. */
function golden(name: string, text: string): string {
  const path = join(import.meta.dirname, '../testing/golden', name);
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, text);
  return readFileSync(path, 'utf8');
}

const tally = (requests: number, header: number, body: number) => ({
  requests,
  connections: 1,
  open: 1,
  up: { header, body },
  down: { header: 2 * header, body: 2 * body },
});

describe('what a lane has cost', () => {
  it('is header of all bytes, and all bytes for each reading', () => {
    expect(costOf(100, tally(1, 100, 300))).toEqual({
      headerBytes: 300,
      bodyBytes: 900,
      overhead: 0.25,
      bytesPerReading: 12,
    });
  });

  it('is not told where nothing came, or nothing was counted', () => {
    expect(costOf(0, tally(1, 100, 300))).not.toHaveProperty('bytesPerReading');
    expect(costOf(0, tally(0, 0, 0))).toEqual({ headerBytes: 0, bodyBytes: 0 });
  });

  it('since a moment is what came on top, with what is open now', () => {
    expect(tallySince({ ...tally(7, 500, 50), open: 3 }, tally(2, 100, 10))).toEqual({
      requests: 5,
      connections: 0,
      open: 3,
      up: { header: 400, body: 40 },
      down: { header: 800, body: 80 },
    });
    expect(tallySince(tally(7, 500, 50), undefined)).toEqual(tally(7, 500, 50));
  });
});

describe('a report', () => {
  it('as Markdown is the page that was found right', () => {
    const page = reportMarkdown(RUN);
    expect(page).toBe(golden('run.md', page));
  });

  it('as Markdown is as a formatter would leave it', async () => {
    const options = { parser: 'markdown', printWidth: 120 };
    expect(await prettier.format(reportMarkdown(RUN), options)).toBe(reportMarkdown(RUN));
  });

  it('as CSV is the table that was found right', () => {
    const table = reportCsv(RUN);
    expect(table).toBe(golden('run.csv', table));
  });

  it('as CSV says of each lane what its frames were written in: events are text', () => {
    const [header, ...rows] = reportCsv({ ...RUN, terms: { ...RUN.terms, format: 'cbor' }, duplex: [] }).split('\r\n');
    const columns = header!.split(',');
    const [lane, format] = ['lane', 'format'].map((name) => columns.indexOf(name));
    expect(
      Object.fromEntries(
        rows
          .filter(Boolean)
          .map((row) => row.split(','))
          .map((row) => [row[lane!], row[format!]]),
      ),
    ).toEqual({
      websocket: 'cbor',
      'http-stream': 'cbor',
      sse: 'json',
      'long-poll': 'cbor',
      poll: 'cbor',
    });
  });

  it('as CSV has as many fields in every row, whatever is in them (RFC 4180)', () => {
    const table = reportCsv({ ...RUN, title: 'a "b",\r\nc', terms: { filters: ['=1+1', 'lab/#'] } });
    const rows = [...table.matchAll(/((?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*)\r\n/g)];
    const widths = rows.map(([, row]) => [...row!.matchAll(/(?:^|,)(?:"(?:[^"]|"")*"|[^",\r\n]*)/g)].length);
    expect(new Set(widths).size).toBe(1);
    expect(rows).toHaveLength(1 + 5 + 2);
    expect(table).toContain(`"a ""b"",\r\nc"`);
    expect(table).toContain(`,'=1+1 lab/#,`);
  });
});

describe('pictures', () => {
  const rows = RUN.lanes.map(({ lane, ages, p50, p99 }) => ({
    name: lane,
    ages,
    ...(p50 !== undefined && { p50, p99 }),
  }));
  const panels = [{ title: 'a < b & "c"', rows: [{ name: 'sse', headerBytes: 500, bodyBytes: 100 }] }];

  it.each([
    ['ages.svg', () => agesSvg('Age & arrival', rows)],
    ['bytes.svg', () => bytesSvg('Bytes', [...panels, { title: 'nothing', rows: [] }])],
  ])('%s is the one that was found right', (name, draw) => {
    expect(draw()).toBe(golden(name, draw()));
  });

  it('say header and body to scale, and spoil no markup', () => {
    const svg = bytesSvg('Bytes', panels);
    expect(svg).toContain('a &lt; b &amp; &quot;c&quot;');
    const [header, body] = ['header', 'body'].map((name) =>
      Number(new RegExp(`<rect class="${name}" x="[\\d.]+" y="90" width="([\\d.]+)"`).exec(svg)![1]),
    );
    expect(header! / body!).toBeCloseTo(5, 1);
  });

  it('bring their own ground, light and dark', () => {
    for (const svg of [agesSvg('x', rows), bytesSvg('x', panels)]) {
      expect(svg).toContain('class="ground"');
      expect(svg).toContain('prefers-color-scheme: dark');
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});
