import type UPlot from 'uplot';
import type { SeriesInfo } from '@telewire/telemetry';
import type { Theme } from '../frame/theme.js';
import { clockMinute, fixed } from '../widget/format.js';
import { hatch, labelFont } from '../widget/plot.js';
import type { TrendRing } from './trend-ring.js';
import { scaleOf, type Scale } from './trend-scale.js';

const AXIS_LEFT = 44;
const AXIS_BOTTOM = 24;
const MINUTE_MS = 60_000;

const decimalsOf = (step: number): number => (Number.isInteger(step) ? 0 : Number.isInteger(step * 10) ? 1 : 2);

/** A uPlot that looks as the tokens say: one line over time, limits as dotted lines, hatched where nothing comes any more. */
export class TrendPlot {
  private plot: UPlot | undefined;
  private scale: Scale = { low: 0, high: 1 };
  private window = { from: 0, to: 1 };
  private silentSince: number | undefined;
  private size = { width: 300, height: 150 };

  constructor(
    private readonly uPlot: typeof UPlot,
    private readonly host: HTMLElement,
    private readonly theme: Theme,
  ) {
    const { clientWidth: width, clientHeight: height } = host;
    if (width > 0 && height > 0) this.size = { width, height };
  }

  /** Makes the plot anew: for another series, or in another light. */
  begin(info: SeriesInfo, ink: string): void {
    this.plot?.destroy();
    this.plot = new this.uPlot(this.options(info, ink), [[], []], this.host);
    this.info = info;
  }

  show(ring: TrendRing, from: number, to: number, silentSince: number | undefined): void {
    const { times, values } = ring.columns(from, this.info?.intervalMs ?? null);
    this.window = { from, to };
    this.scale = scaleOf(this.info, ring.extent(from));
    this.silentSince = silentSince;
    this.plot?.setData([times, values]);
  }

  resize(width: number, height: number): void {
    if (width < 1 || height < 1) return;
    this.size = { width, height };
    this.plot?.setSize(this.size);
  }

  destroy(): void {
    this.plot?.destroy();
    this.plot = undefined;
  }

  private info: SeriesInfo | undefined;

  private options(info: SeriesInfo, ink: string): UPlot.Options {
    const token = (name: string) => this.theme.token(name);
    const axis = {
      stroke: token('--t3'),
      font: labelFont(this.theme, 11),
      grid: { stroke: token('--line'), width: 1 },
      ticks: { show: false },
      border: { show: false },
    };
    return {
      ...this.size,
      ms: 1,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, range: () => [this.window.from, this.window.to] },
        y: { range: () => [this.scale.low, this.scale.high] },
      },
      series: [
        {},
        { stroke: token(ink), width: this.theme.look().dense ? 1.9 : 1.6, points: { show: false }, spanGaps: false },
      ],
      axes: [
        {
          ...axis,
          size: AXIS_BOTTOM,
          space: 40,
          incrs: [MINUTE_MS, 5 * MINUTE_MS],
          values: (_, splits) => splits.map(clockMinute),
        },
        {
          ...axis,
          size: AXIS_LEFT,
          space: 36,
          values: (_, splits, _axis, _space, step) => splits.map((split) => fixed(split, decimalsOf(step))),
        },
      ],
      hooks: { drawClear: [(plot) => this.drawSilence(plot)], draw: [(plot) => this.drawLimits(plot, info)] },
    };
  }

  private drawLimits(plot: UPlot, info: SeriesInfo): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = this.theme.token('--line-3');
    ctx.lineWidth = devicePixelRatio || 1;
    ctx.setLineDash([2, 4].map((each) => each * (devicePixelRatio || 1)));
    for (const limit of [info.limits?.low, info.limits?.high]) {
      if (limit === undefined) continue;
      const y = Math.round(plot.valToPos(limit, 'y', true)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  }

  private drawSilence(plot: UPlot): void {
    if (this.silentSince === undefined) return;
    const { ctx: pen, bbox } = plot;
    const x = Math.max(bbox.left, plot.valToPos(this.silentSince, 'x', true));
    const width = bbox.left + bbox.width - x;
    const step = 6 * (devicePixelRatio || 1);
    hatch({ pen, theme: this.theme, width: bbox.width, height: bbox.height }, x, bbox.top, width, bbox.height, step);
  }
}
