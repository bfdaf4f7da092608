import { inBytes, inCount, inMs } from './figures.js';
import type { AgeHistogram } from './lane-report.js';

/** One histogram of a picture of ages. */
export interface AgesRow {
  readonly name: string;
  readonly ages: AgeHistogram;
  /** Milliseconds; marked where they are known. */
  readonly p50?: number;
  readonly p99?: number;
}

/** One bar of a picture of bytes: a lane's cost for each reading. */
export interface BytesRow {
  readonly name: string;
  readonly headerBytes: number;
  readonly bodyBytes: number;
}

/** One part of a picture of bytes, with a scale of its own. */
export interface BytesPanel {
  readonly title: string;
  readonly rows: readonly BytesRow[];
}

const WIDTH = 720;
const LEFT = 96;
const RIGHT = 24;
const INNER = WIDTH - LEFT - RIGHT;

// An image knows nothing of the page it is on: it brings its own ground, and goes with the reader's preference.
const STYLE = `<style>
  text { font: 12px system-ui, sans-serif; fill: #24303c; }
  .title { font-size: 14px; font-weight: 600; }
  .quiet { fill: #5d6b78; }
  .end { text-anchor: end; }
  .mid { text-anchor: middle; }
  .ground { fill: #ffffff; }
  .grid { stroke: #d8dee4; }
  .body, .bar { fill: #2f7fb8; }
  .header { fill: #d98324; }
  .mark { stroke: #24303c; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e9ee; }
    .quiet { fill: #9aa7b3; }
    .ground { fill: #14191f; }
    .grid { stroke: #333d47; }
    .body, .bar { fill: #57a5dc; }
    .header { fill: #eda04a; }
    .mark { stroke: #e4e9ee; }
  }
</style>`;

/** Ages as small multiples on one logarithmic axis, 1 ms to 60 s; each row is scaled to its own highest step. */
export function agesSvg(title: string, rows: readonly AgesRow[]): string {
  const [top, step, bar] = [44, 52, 34];
  // What each row says in words stands beside the axis, out of the way of its bars.
  const right = WIDTH - 160;
  const bottom = top + rows.length * step;
  const x = (ms: number) => LEFT + ((right - LEFT) * Math.log(Math.max(1, ms))) / Math.log(60_000);
  const grid = [1, 10, 100, 1_000, 10_000, 60_000].flatMap((ms) => [
    `<line class="grid" x1="${at(x(ms))}" x2="${at(x(ms))}" y1="${top - 8}" y2="${bottom}"/>`,
    `<text class="quiet mid" x="${at(x(ms))}" y="${bottom + 18}">${ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`}</text>`,
  ]);
  const drawn = rows.flatMap(({ name, ages, p50, p99 }, i) => {
    const y = top + i * step + bar;
    const highest = Math.max(...ages.counts);
    const total = ages.counts.reduce((sum, count) => sum + count, 0);
    const bars = ages.counts.flatMap((count, k) => {
      if (count === 0) return [];
      const [from, to] = [x(ages.fromMs * ages.factor ** k), x(ages.fromMs * ages.factor ** (k + 1))];
      const high = Math.max(1, (bar * count) / highest);
      return [
        `<rect class="bar" x="${at(from)}" y="${at(y - high)}" width="${at(Math.max(1, Math.min(to, right) - from - 1))}" height="${at(high)}"/>`,
      ];
    });
    const marks = [p50, p99].flatMap((ms) =>
      ms === undefined
        ? []
        : [`<line class="mark" x1="${at(x(ms))}" x2="${at(x(ms))}" y1="${y - bar}" y2="${y + 4}"/>`],
    );
    const figures = p50 === undefined ? 'nothing came' : `p50 ${inMs(p50)}, p99 ${inMs(p99)}`;
    return [
      `<line class="grid" x1="${LEFT}" x2="${right}" y1="${y}" y2="${y}"/>`,
      ...bars,
      ...marks,
      `<text class="end" x="${LEFT - 10}" y="${y - 6}">${escaped(name)}</text>`,
      `<text class="quiet" x="${right + 10}" y="${y - 20}">${figures}</text>`,
      `<text class="quiet" x="${right + 10}" y="${y - 5}">${inCount(total)} readings</text>`,
    ];
  });
  return page(title, bottom + 30, [...grid, ...drawn]);
}

/** Bytes for each reading, header and body side by side; each panel has a scale of its own. */
export function bytesSvg(title: string, panels: readonly BytesPanel[]): string {
  const [step, head] = [22, 34];
  let y = 64;
  const legend = [
    `<rect class="header" x="${LEFT}" y="38" width="10" height="10"/><text x="${LEFT + 16}" y="47">header</text>`,
    `<rect class="body" x="${LEFT + 76}" y="38" width="10" height="10"/><text x="${LEFT + 92}" y="47">body</text>`,
    `<text class="quiet end" x="${WIDTH - RIGHT}" y="47">bytes for each reading, both ways; each part to its own scale</text>`,
  ];
  const drawn = panels.flatMap((panel) => {
    const highest = Math.max(1, ...panel.rows.map(({ headerBytes, bodyBytes }) => headerBytes + bodyBytes));
    const scale = (INNER - 150) / highest;
    const begin = y;
    y += head + panel.rows.length * step;
    return [
      `<text class="quiet" x="${LEFT}" y="${begin + 18}">${escaped(panel.title)}</text>`,
      ...panel.rows.flatMap(({ name, headerBytes, bodyBytes }, i) => {
        const top = begin + 26 + i * step;
        const [first, second] = [headerBytes * scale, bodyBytes * scale];
        return [
          `<text class="end" x="${LEFT - 10}" y="${top + 12}">${escaped(name)}</text>`,
          `<rect class="header" x="${LEFT}" y="${top}" width="${at(first)}" height="15"/>`,
          `<rect class="body" x="${at(LEFT + first)}" y="${top}" width="${at(second)}" height="15"/>`,
          `<text class="quiet" x="${at(LEFT + first + second + 8)}" y="${top + 12}">${inBytes(headerBytes)} + ${inBytes(bodyBytes)}</text>`,
        ];
      }),
    ];
  });
  return page(title, y + 10, [...legend, ...drawn]);
}

const at = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);

const page = (title: string, height: number, parts: readonly string[]): string =>
  `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    STYLE,
    `<rect class="ground" width="${WIDTH}" height="${height}" rx="6"/>`,
    `<text class="title" x="16" y="26">${escaped(title)}</text>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
