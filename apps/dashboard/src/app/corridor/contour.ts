import { clockMinute } from '../widget/format.js';
import { hatch, labelFont, type Drawing, type Sheet } from '../widget/plot.js';
import type { RoadReadings, Station } from './road-readings.js';
import type { Ruler } from './ruler.js';
import { SpeedScale } from './speed-scale.js';

/** A stretch of time, epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Speed by place and time: a cell for each station and interval, hatched where nothing was measured. */
export const drawContour =
  (stations: readonly Station[], road: RoadReadings, ruler: Ruler, span: Span): Drawing =>
  (sheet) => {
    const scale = new SpeedScale(sheet.theme);
    stations.forEach((station, index) => drawStation(sheet, station, road, ruler.stretch(index), span, scale));
    drawTimes(sheet, span);
  };

function drawStation(
  sheet: Sheet,
  station: Station,
  road: RoadReadings,
  [top, bottom]: readonly [number, number],
  span: Span,
  scale: SpeedScale,
): void {
  const { pen, width, height } = sheet;
  const y = top * height;
  const tall = (bottom - top) * height - 1;
  const x = (at: number) => ((at - span.from) / (span.to - span.from)) * width;
  const history = road.history(station.device);
  if (history === undefined || history.newest === -Infinity) {
    hatch(sheet, 0, y, width, tall);
    return;
  }
  // One run of missing cells is hatched as one, so that its lines go through.
  let hole = 0;
  for (let cell = history.cellAt(span.from); history.endOf(cell) - history.intervalMs < span.to; cell++) {
    const speed = history.speedOf(cell);
    if (!(speed >= 0)) continue;
    // Whole pixels, so that no seam shows between two cells.
    const left = Math.max(0, Math.round(x(history.endOf(cell) - history.intervalMs)));
    const right = Math.round(x(history.endOf(cell)));
    // Stations speak in turn: a piece of an interval at the edge is not a hole.
    const inTurn = hole === 0 && x(span.from + history.intervalMs) > left;
    if (left - hole > 0.5 && !inTurn) hatch(sheet, hole, y, left - hole, tall);
    pen.fillStyle = scale.colour(speed);
    pen.fillRect(left, y, right - left, tall);
    hole = right;
  }
  // The interval that is being measured is not a hole yet.
  if (width - hole > 0.5 && span.to - (span.from + (hole / width) * (span.to - span.from)) > history.intervalMs * 1.5)
    hatch(sheet, hole, y, width - hole, tall);
}

const STEPS_MIN = [1, 2, 5, 10, 20];

function drawTimes({ pen, width, height, theme }: Sheet, span: Span): void {
  const minutes = (span.to - span.from) / 60_000;
  const fits = Math.max(1, Math.floor(width / 90));
  const step = (STEPS_MIN.find((each) => minutes / each <= fits) ?? 30) * 60_000;
  pen.font = labelFont(theme, 11);
  pen.textBaseline = 'bottom';
  pen.textAlign = 'left';
  for (let at = Math.ceil(span.from / step) * step; at < span.to; at += step) {
    const x = ((at - span.from) / (span.to - span.from)) * width;
    const text = clockMinute(at);
    const wide = pen.measureText(text).width + 10;
    pen.fillStyle = theme.token('--glass');
    pen.fillRect(x, 0, 1, height);
    if (x + wide > width) continue;
    pen.fillRect(x, height - 16, wide, 16);
    pen.fillStyle = theme.token('--t2');
    pen.fillText(text, x + 5, height - 2);
  }
}
