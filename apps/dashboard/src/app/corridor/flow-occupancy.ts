import { fixed, groupDigits } from '../widget/format.js';
import { labelFont, type Drawing, type Sheet } from '../widget/plot.js';
import { SpeedScale } from './speed-scale.js';
import type { LaneCell, StationHistory } from './station-history.js';

const TAIL_MS = 10 * 60_000;
const TAIL_STEP_MS = 60_000;
const MARGIN = { left: 44, top: 12, right: 14, bottom: 30 };
const MOST_FLOW = 2400;
// At this speed and above a point is plain: colour is for what is slow.
const FREE_KMH = 84;

/** A point of the diagram: occupancy in %, flow in veh/h per lane. */
export interface FlowPoint {
  readonly occupancy: number;
  readonly flow: number;
  readonly speed: number;
}

/** Every measured interval of every lane that is kept. */
export function pointsOf(history: StationHistory): FlowPoint[] {
  const points: FlowPoint[] = [];
  for (let cell = history.oldest; cell <= history.newest; cell++)
    for (const lane of history.lanesOf(cell) ?? [])
      if (lane.flow > 0 && lane.occupancy >= 0)
        points.push({ occupancy: lane.occupancy, flow: lane.flow, speed: lane.speed });
  return points;
}

/** The last ten minutes as means over the lanes and a minute each, oldest first; single intervals jump too much. */
export function tailOf(history: StationHistory): (FlowPoint & { readonly agoMs: number })[] {
  const end = history.endOf(history.newest);
  const tail: (FlowPoint & { readonly agoMs: number })[] = [];
  for (let agoMs = TAIL_MS; agoMs >= 0; agoMs -= TAIL_STEP_MS) {
    const from = history.cellAt(end - agoMs - TAIL_STEP_MS) + 1;
    const to = history.cellAt(end - agoMs);
    const lanes: LaneCell[] = [];
    for (let cell = from; cell <= to; cell++)
      lanes.push(...(history.lanesOf(cell) ?? []).filter(({ flow, occupancy }) => flow >= 0 && occupancy >= 0));
    if (lanes.length === 0) continue;
    const mean = (of: 'flow' | 'occupancy') => lanes.reduce((sum, lane) => sum + lane[of], 0) / lanes.length;
    tail.push({ occupancy: mean('occupancy'), flow: mean('flow'), speed: NaN, agoMs });
  }
  return tail;
}

/** Flow against occupancy: a station's fundamental diagram as it has measured it, and where it is now. */
export const drawFlowOccupancy =
  (history: StationHistory | undefined): Drawing =>
  (sheet) => {
    const points = history === undefined ? [] : pointsOf(history);
    const most = Math.max(50, ...points.map((point) => Math.ceil(point.occupancy / 10) * 10));
    const { left, top, right, bottom } = MARGIN;
    const x = (occupancy: number) => left + (occupancy / most) * (sheet.width - left - right);
    const y = (flow: number) => sheet.height - bottom - (flow / MOST_FLOW) * (sheet.height - bottom - top);
    drawAxes(sheet, most, x, y);
    if (history === undefined || points.length === 0) return;
    const { pen, theme } = sheet;
    const scale = new SpeedScale(theme);
    pen.globalAlpha = 0.8;
    for (const point of points) {
      pen.fillStyle = point.speed < FREE_KMH ? scale.colour(point.speed) : theme.token('--t3');
      pen.fillRect(x(point.occupancy) - 1.5, Math.max(top, y(point.flow)) - 1.5, 3, 3);
    }
    pen.globalAlpha = 1;
    drawTail(sheet, tailOf(history), x, y);
  };

type Axis = (value: number) => number;

function drawAxes({ pen, width, height, theme }: Sheet, most: number, x: Axis, y: Axis): void {
  const { left, top, right, bottom } = MARGIN;
  pen.fillStyle = theme.token('--glass');
  pen.fillRect(left, top, width - left - right, height - bottom - top);
  pen.font = labelFont(theme, 11);
  pen.textBaseline = 'middle';
  pen.textAlign = 'center';
  for (let occupancy = 0; occupancy <= most; occupancy += most > 60 ? 20 : 10) {
    pen.fillStyle = theme.token('--line');
    pen.fillRect(x(occupancy), top, 1, height - bottom - top);
    pen.fillStyle = theme.token('--t3');
    pen.fillText(fixed(occupancy, 0), x(occupancy), height - bottom + 9);
  }
  pen.textAlign = 'right';
  for (let flow = 0; flow <= MOST_FLOW; flow += 600) {
    pen.fillStyle = theme.token('--line');
    pen.fillRect(left, y(flow), width - left - right, 1);
    pen.fillStyle = theme.token('--t3');
    pen.fillText(groupDigits(flow), left - 6, y(flow));
  }
  pen.fillText('occupancy %', width - right, height - 7);
  pen.textAlign = 'left';
  pen.fillText('veh/h per lane', left + 6, top + 9);
}

function drawTail({ pen, width, theme }: Sheet, tail: ReturnType<typeof tailOf>, x: Axis, y: Axis): void {
  const ink = theme.token('--t1');
  pen.strokeStyle = ink;
  pen.lineWidth = 2;
  pen.lineJoin = 'round';
  tail.forEach((point, i) => {
    const before = tail[i - 1];
    if (before === undefined) return;
    pen.globalAlpha = 0.25 + (0.75 * i) / tail.length;
    pen.beginPath();
    pen.moveTo(x(before.occupancy), y(before.flow));
    pen.lineTo(x(point.occupancy), y(point.flow));
    pen.stroke();
  });
  pen.globalAlpha = 1;
  const label = (point: FlowPoint, text: string, before: boolean) => {
    pen.font = labelFont(theme, 12, '--font-figure', 600);
    const wide = pen.measureText(text).width + 8;
    const ahead = x(point.occupancy) + 8;
    const behind = ahead - 16 - wide;
    const from = before
      ? behind > MARGIN.left
        ? behind
        : ahead
      : ahead + wide < width - MARGIN.right
        ? ahead
        : behind;
    pen.fillStyle = theme.token('--glass');
    pen.fillRect(from, y(point.flow) - 9, wide, 18);
    pen.fillStyle = ink;
    pen.textAlign = 'left';
    pen.fillText(text, from + 4, y(point.flow));
  };
  const first = tail[0];
  const last = tail.at(-1);
  if (last === undefined) return;
  const apart =
    first !== undefined && Math.hypot(x(first.occupancy) - x(last.occupancy), y(first.flow) - y(last.flow)) > 40;
  if (apart && first.agoMs > 0)
    label(first, `${Math.round(first.agoMs / 60_000)} min ago`, first.occupancy <= last.occupancy);
  label(last, 'now', first !== undefined && first.occupancy > last.occupancy);
  pen.fillStyle = ink;
  pen.beginPath();
  pen.arc(x(last.occupancy), y(last.flow), 4.5, 0, Math.PI * 2);
  pen.fill();
}
