import { hatch, labelFont, type Drawing } from '../widget/plot.js';
import type { Station } from './road-readings.js';
import type { RowView } from './road-view.js';
import type { Ruler } from './ruler.js';
import { SpeedScale } from './speed-scale.js';

const LANE_PX = 8;

/** The road as a strip: kilometres, lanes in the colour of their present speed, and where the stations stand. */
export const drawRoadMap =
  (
    stations: readonly Station[],
    rows: readonly RowView[],
    signals: readonly { km: number; label: string }[],
    ruler: Ruler,
  ): Drawing =>
  (sheet) => {
    const { pen, width, height, theme } = sheet;
    const scale = new SpeedScale(theme);
    const lanes = Math.max(1, ...stations.map((station) => station.lanes));
    const right = width - 26;
    const left = right - lanes * (LANE_PX + 1);
    rows.forEach((row, index) => {
      const [top, bottom] = ruler.stretch(index);
      const y = top * height;
      const tall = (bottom - top) * height - 1;
      row.lanes.forEach((lane, i) => {
        const x = left + i * (LANE_PX + 1);
        if (lane.speed === undefined) hatch(sheet, x, y, LANE_PX, tall, 5);
        else {
          pen.fillStyle = scale.colour(lane.speed);
          pen.fillRect(x, y, LANE_PX, tall);
        }
      });
    });
    pen.font = labelFont(theme, 11);
    pen.textBaseline = 'middle';
    pen.textAlign = 'left';
    for (const km of ruler.marks) {
      const y = ruler.down(km) * height;
      pen.fillStyle = theme.token('--line-3');
      pen.fillRect(0, y, km % 5 === 0 ? 10 : 5, 1);
      if (km % 5 !== 0) continue;
      pen.fillStyle = theme.token('--t2');
      pen.fillText(String(km), 14, y);
    }
    pen.fillStyle = theme.token('--t1');
    for (const { km } of stations) {
      const y = ruler.down(km) * height;
      pen.fillRect(right + 4, y - 0.5, width - right - 4, 1);
      pen.beginPath();
      pen.arc(right + 4, y, 2.5, 0, Math.PI * 2);
      pen.fill();
    }
    pen.textAlign = 'right';
    for (const { km, label } of signals) {
      const y = ruler.down(km) * height;
      pen.fillStyle = theme.token('--line-3');
      pen.fillRect(left - 10, y - 0.5, 8, 1);
      pen.fillStyle = theme.token('--t2');
      pen.fillText(label, left - 14, y);
    }
  };
