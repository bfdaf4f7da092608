import type { LabBytes, LabLane, LabMark } from '@telewire/protocol';
import { stripe, type Drawing, type Sheet } from '../widget/plot.js';

/** What the picture of a lane spans. */
export const MARKS_MS = 4_000;
// A bar and the gap after it; what falls into one is one bar.
const COLUMN_PX = 6;
const BAR_PX = 4;
const LEAST_PX = 2;
// Bytes from 10 to 10^4.4, about 25 kB, fill the room.
const DECADES = 3.4;
/** Where the line lies that parts what comes from what is asked. */
const LINE = 0.76;

/** What passed in the time of one bar, each way. */
export interface Column {
  readonly x: number;
  readonly up: LabBytes;
  readonly down: LabBytes;
}

const add = (bytes: LabBytes | undefined, header: number, body: number): LabBytes => ({
  header: (bytes?.header ?? 0) + header,
  body: (bytes?.body ?? 0) + body,
});
const NONE: LabBytes = { header: 0, body: 0 };

/** Puts the marks of the {@link MARKS_MS} before `to` into the columns of a picture `width` pixels wide, left to right. */
export function columnsOf(marks: readonly LabMark[], lane: LabLane, to: number, width: number): Column[] {
  const columns = new Map<number, Column>();
  // A column is a stretch of time that does not move against the marks, so that no bar changes while it wanders.
  const stepMs = (MARKS_MS / width) * COLUMN_PX;
  for (const [at, of, direction, header, body] of marks) {
    if (of !== lane || at > to || at <= to - MARKS_MS) continue;
    const column = Math.floor(at / stepMs);
    const before = columns.get(column);
    const x = Math.round(width - ((to - column * stepMs) / MARKS_MS) * width);
    columns.set(column, {
      x,
      up: direction === 'up' ? add(before?.up, header, body) : (before?.up ?? NONE),
      down: direction === 'down' ? add(before?.down, header, body) : (before?.down ?? NONE),
    });
  }
  return [...columns.values()].sort((a, b) => a.x - b.x);
}

/** Height of a bar on a log scale and the part of it, from the top, that is overhead; both in pixels. */
export function barOf({ header, body }: LabBytes, room: number): readonly [height: number, overhead: number] {
  const all = header + body;
  if (all === 0) return [0, 0];
  const height = Math.min(room, Math.max(LEAST_PX, ((Math.log10(all + 10) - 1) / DECADES) * room));
  const overhead = (header / all) * height;
  // Less than a pixel cannot be told from none; what is there to be seen takes three.
  return [height, overhead < 1 ? 0 : Math.min(height, Math.max(3, overhead))];
}

/** A lane's last seconds: content solid, overhead hatched, and below the line what was asked. */
export const drawMarks =
  (marks: readonly LabMark[], lane: LabLane, to: number | undefined): Drawing =>
  (sheet) => {
    const { pen, width, height, theme } = sheet;
    const base = Math.round(height * LINE);
    pen.fillStyle = theme.token('--line-2');
    pen.fillRect(0, base, width, 1);
    for (let second = 1; second < MARKS_MS / 1000; second++)
      pen.fillRect(Math.round((second * 1000 * width) / MARKS_MS), base - 3, 1, 7);
    if (to === undefined) return;
    for (const { x, up, down } of columnsOf(marks, lane, to, width)) {
      drawBar(sheet, x, base, -1, barOf(down, base - 6));
      drawBar(sheet, x, base + 2, 1, barOf(up, (height - base - 4) * 1.3));
    }
  };

// The room below the line is small: a bar that is taller ends at its edge.
function drawBar(sheet: Sheet, x: number, y: number, way: 1 | -1, [tall, overhead]: readonly [number, number]): void {
  if (tall === 0) return;
  const { pen, theme } = sheet;
  const room = way === 1 ? Math.min(tall, sheet.height - y - 2) : tall;
  const part = Math.round((overhead * room) / tall);
  const height = Math.max(LEAST_PX, Math.round(room));
  const top = way === 1 ? y : y - height;
  pen.fillStyle = theme.token('--t2');
  pen.fillRect(x, top, BAR_PX, height);
  if (part === 0) return;
  // Overhead lies at the far end from the line.
  const from = way === 1 ? top + height - part : top;
  pen.fillStyle = theme.token('--glass');
  pen.fillRect(x, from, BAR_PX, part);
  // Closer and brighter than the texture of "nothing was measured": overhead was measured.
  stripe(sheet, { x, y: from, width: BAR_PX, height: part }, '--t1', 3, x - part);
  pen.strokeStyle = theme.token('--t2');
  pen.lineWidth = 1;
  pen.strokeRect(x + 0.5, from + 0.5, BAR_PX - 1, Math.max(1, part - 1));
}
