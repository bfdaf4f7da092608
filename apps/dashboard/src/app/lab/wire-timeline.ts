import { labelFont, type Drawing } from '../widget/plot.js';
import { isEntry, type WireItem } from './wire-log.js';
import { shortLabel, sizeWords } from './wire-words.js';

const RIGHT_PX = 28;
const SLANT_PX = 24;
const STEP_PX = 30;
const BREAK_PX = 64;
const LABEL_GAP_PX = 14;

/** An arrow between the two life lines. */
export interface Arrow {
  readonly index: number;
  readonly x: number;
  readonly up: boolean;
  readonly label: string;
  readonly sub: string;
  /** False for more of the same, which has no words. */
  readonly notable: boolean;
  /** Seconds since the first message. */
  readonly seconds: number;
  readonly cut: boolean;
}

/** A stretch of the timeline: `HTTP/1.1 upgrade`, `frames`, `close`. */
export interface Stretch {
  readonly x: number;
  readonly name: string;
}

/** Where everything on the timeline lies. */
export interface Layout {
  readonly arrows: readonly Arrow[];
  readonly breaks: readonly { readonly x: number; readonly left: number }[];
  readonly stretches: readonly Stretch[];
  readonly width: number;
}

/** Lays messages out from left to right in their order, with room for the words of those that have any. */
export function layOut(items: readonly WireItem[], wide: (text: string) => number): Layout {
  const arrows: Arrow[] = [];
  const breaks: { x: number; left: number }[] = [];
  const stretches: Stretch[] = [];
  const free = { up: 0, down: 0 };
  let x = 16;
  let end = x;
  let first: number | undefined;
  items.forEach((item, index) => {
    if (!isEntry(item)) {
      breaks.push({ x, left: item.left });
      x += BREAK_PX;
      return;
    }
    const { message, notable } = item;
    first ??= message.at;
    const up = message.direction === 'up';
    const side = up ? 'up' : 'down';
    const [label, sub] = [shortLabel(item.label), sizeWords(message)];
    if (notable) {
      x = Math.max(x, free[side]);
      free[side] = x + Math.max(wide(label), wide(sub)) + LABEL_GAP_PX;
      end = Math.max(end, free[side]);
    }
    const name = stretchOf(message.kind, item.label);
    if (name !== undefined && name !== stretches.at(-1)?.name) stretches.push({ x: x - 8, name });
    const cut = message.kind === 'reset';
    arrows.push({ index, x, up, label, sub, notable, seconds: (message.at - first) / 1000, cut });
    x += STEP_PX;
  });
  return { arrows, breaks, stretches, width: Math.max(x, end) + RIGHT_PX };
}

function stretchOf(kind: string, label: string): string | undefined {
  if (kind === 'frame') return label.startsWith('close') ? 'close' : 'frames';
  if (kind === 'chunk') return 'stream';
  if (kind === 'request' || kind === 'response') return 'HTTP/1.1';
  return undefined;
}

/** The arrow under a point, if one is near. */
export function arrowAt({ arrows }: Layout, x: number): Arrow | undefined {
  let best: Arrow | undefined;
  const apart = (arrow: Arrow) => Math.abs(arrow.x + SLANT_PX / 2 - x);
  for (const arrow of arrows) if (best === undefined || apart(arrow) < apart(best)) best = arrow;
  return best !== undefined && apart(best) <= SLANT_PX ? best : undefined;
}

/** Two life lines, and what passed between them. `chosen` is the index of the item that is looked at. */
export const drawTimeline =
  (layout: Layout, chosen: number | undefined): Drawing =>
  (sheet) => {
    const { pen, width, height, theme } = sheet;
    const [top, bottom] = [62, height - 64];
    pen.textBaseline = 'middle';
    pen.textAlign = 'left';
    layout.stretches.forEach(({ x, name }, i) => {
      const to = layout.stretches[i + 1]?.x ?? width;
      pen.fillStyle = theme.token(i % 2 === 0 ? '--glass' : '--s1');
      pen.fillRect(x, top, to - x, bottom - top);
      pen.fillStyle = theme.token('--line-2');
      pen.fillRect(x, top, 1, height - top - 4);
      pen.fillStyle = theme.token('--t3');
      pen.font = labelFont(theme, 11);
      if (to - x > pen.measureText(name).width + 10) pen.fillText(name, x + 6, height - 12);
    });
    pen.fillStyle = theme.token('--line-3');
    pen.fillRect(0, top - 0.5, width - 12, 1);
    pen.fillRect(0, bottom - 0.5, width - 12, 1);
    for (const { x, left } of layout.breaks) {
      pen.font = labelFont(theme, 11);
      pen.fillStyle = theme.token('--t3');
      pen.fillText(`${left} more`, x, (top + bottom) / 2);
    }
    const drawn = layout.arrows.toSorted((a, b) => Number(a.index === chosen) - Number(b.index === chosen));
    for (const arrow of drawn) drawArrow(sheet, arrow, top, bottom, arrow.index === chosen);
    drawSeconds(sheet, layout);
  };

function drawArrow(
  { pen, theme }: Parameters<Drawing>[0],
  { x, up, label, sub, notable, cut }: Arrow,
  top: number,
  bottom: number,
  chosen: boolean,
): void {
  const [from, to] = up ? [top, bottom] : [bottom, top];
  const angle = Math.atan2(to - from, SLANT_PX);
  pen.strokeStyle = pen.fillStyle = theme.token(chosen || notable ? '--t1' : '--t3');
  pen.lineWidth = chosen ? 3 : notable ? 1.5 : 1;
  pen.setLineDash(cut ? [4, 4] : []);
  pen.beginPath();
  pen.moveTo(x, from);
  pen.lineTo(x + SLANT_PX, to);
  pen.stroke();
  pen.setLineDash([]);
  pen.beginPath();
  pen.moveTo(x + SLANT_PX, to);
  for (const turn of [-0.35, 0.35])
    pen.lineTo(x + SLANT_PX - 8 * Math.cos(angle + turn), to - 8 * Math.sin(angle + turn));
  pen.fill();
  if (!notable && !chosen) return;
  const y = up ? top - 34 : bottom + 15;
  pen.font = labelFont(theme, 12, '--font-figure', 600);
  const wide = pen.measureText(label).width;
  if (chosen) {
    pen.fillRect(x - 6, y - 9, wide + 12, 18);
    pen.fillStyle = theme.token('--s0');
  }
  pen.fillText(label, x, y);
  pen.font = labelFont(theme, 11);
  if (chosen && !notable) {
    pen.fillStyle = theme.token('--s1');
    pen.fillRect(x - 6, y + 8, pen.measureText(sub).width + 12, 14);
  }
  pen.fillStyle = theme.token('--t3');
  pen.fillText(sub, x, y + 15);
}

// When it was, where the name of a stretch does not stand: one mark each hundred pixels is enough.
function drawSeconds({ pen, height, theme }: Parameters<Drawing>[0], { arrows, stretches }: Layout): void {
  pen.font = labelFont(theme, 11);
  pen.fillStyle = theme.token('--t3');
  let next = 90;
  for (const { x, seconds } of arrows) {
    if (x < next || stretches.some((stretch) => x > stretch.x - 50 && x < stretch.x + 96)) continue;
    pen.fillText(`${seconds < 99.95 ? seconds.toFixed(1) : Math.round(seconds)} s`, x, height - 12);
    next = x + 110;
  }
}
