import type { Playhead } from './playhead.js';
import type { SampleRing } from './sample-ring.js';
import { GAP_PX, isJoined, oldestVisible, wrapped, xAt } from './sweep-geometry.js';

/** How a sweep looks; read from the tokens when the theme or the density changes. */
export interface SweepInk {
  readonly trace: string;
  readonly bar: string;
  readonly tick: string;
  readonly lineWidth: number;
}

/** What a sweep draws and how fast. */
export interface SweepSource {
  readonly ring: SampleRing;
  readonly playhead: Playhead;
  readonly range: { readonly low: number; readonly high: number };
  readonly pxPerSecond: number;
}

// A longer step is drawn anew from the ring: the page was hidden, or the clock was set.
const LONGEST_STEP_MS = 1_500;
const STEP_BACK_MS = 200;

/** Draws one wave as a sweep. A frame costs what is new: it clears the bar's way and draws the samples that came due. */
export class SweepPainter {
  private readonly pen: CanvasRenderingContext2D | null;
  private width = 0;
  private height = 0;
  private shownAt: number | undefined;
  private drawnTo = 0;
  private revision = 0;
  private whole = true;
  visible = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly source: SweepSource,
    private ink: SweepInk,
  ) {
    this.pen = canvas.getContext('2d');
  }

  /** Takes a new size in CSS pixels, or new ink; the next frame draws everything. */
  dress(width: number, height: number, pixelRatio: number, ink: SweepInk): void {
    this.width = width;
    this.height = height;
    this.ink = ink;
    this.canvas.width = Math.round(width * pixelRatio);
    this.canvas.height = Math.round(height * pixelRatio);
    this.pen?.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    this.whole = true;
  }

  /** The next frame draws everything. */
  invalidate(): void {
    this.whole = true;
  }

  /** Draws up to the playhead at gateway time `now`; with `stepMs` the pen moves only every so often. */
  frame(now: number, stepMs: number): void {
    if (!this.visible || this.pen === null || this.width < GAP_PX * 2) return;
    const { playhead, pxPerSecond } = this.source;
    const exact = playhead.at(now);
    const playAt = stepMs === 0 ? exact : Math.floor(exact / stepMs) * stepMs;
    const passed = this.shownAt === undefined ? Infinity : playAt - this.shownAt;
    if (this.isRevised() || this.whole || passed > LONGEST_STEP_MS || passed < -STEP_BACK_MS) {
      this.redraw(this.pen, playAt);
      return;
    }
    if (passed <= 0) return;
    const barFrom = xAt(this.shownAt ?? playAt, this.width, pxPerSecond) + GAP_PX;
    this.clear(this.pen, barFrom - 2, (passed / 1000) * pxPerSecond + 4);
    this.trace(this.pen, playAt);
    this.bar(this.pen, playAt);
    this.shownAt = playAt;
  }

  /** True when something that has been drawn is another one since the last frame. */
  private isRevised(): boolean {
    const { revision, revisedFrom } = this.source.ring;
    const times = revision - this.revision;
    this.revision = revision;
    // Only of the last time is it known where.
    return times > 1 || (times === 1 && revisedFrom < this.drawnTo);
  }

  private redraw(pen: CanvasRenderingContext2D, playAt: number): void {
    this.whole = false;
    this.drawnTo = this.source.ring.start;
    this.clear(pen, 0, this.width);
    this.trace(pen, playAt);
    this.bar(pen, playAt);
    this.shownAt = playAt;
  }

  private clear(pen: CanvasRenderingContext2D, from: number, length: number): void {
    const { pxPerSecond } = this.source;
    pen.fillStyle = this.ink.tick;
    for (const [x, width] of wrapped(from, length, this.width)) {
      pen.clearRect(x, 0, width, this.height);
      for (let tick = Math.ceil((x - 1) / pxPerSecond) * pxPerSecond; tick < x + width; tick += pxPerSecond)
        pen.fillRect(Math.round(tick), this.height - 3, 1, 3);
    }
  }

  private bar(pen: CanvasRenderingContext2D, playAt: number): void {
    const x = xAt(playAt, this.width, this.source.pxPerSecond) + GAP_PX - 1;
    pen.fillStyle = this.ink.bar;
    pen.fillRect(x >= this.width ? x - this.width : x, 2, 1, this.height - 4);
  }

  // Draws what is due and not drawn: the newest piece, or a missed stretch that has come at last.
  private trace(pen: CanvasRenderingContext2D, playAt: number): void {
    const { ring, range, pxPerSecond } = this.source;
    const oldest = oldestVisible(playAt, this.width, pxPerSecond);
    let position = Math.max(this.drawnTo, ring.start);
    if (position < ring.end && ring.timeAt(position) < oldest) position = Math.max(position, ring.after(oldest));
    const scale = (this.height - 4) / (range.high - range.low);
    const base = this.height - 2;
    pen.strokeStyle = this.ink.trace;
    pen.lineWidth = this.ink.lineWidth;
    pen.lineJoin = 'round';
    pen.lineCap = 'round';
    pen.beginPath();
    let lastAt = -Infinity;
    let lastX = Infinity;
    let lastY = 0;
    if (position > ring.start) {
      // The line goes on from what the last frame drew last.
      const at = ring.timeAt(position - 1);
      const value = ring.highAt(position - 1);
      if (at > oldest && value === value) {
        lastAt = at;
        lastX = xAt(at, this.width, pxPerSecond);
        lastY = base - (value - range.low) * scale;
        pen.moveTo(lastX, lastY);
      }
    }
    for (; position < ring.end; position++) {
      const at = ring.timeAt(position);
      if (at > playAt) break;
      const low = ring.lowAt(position);
      if (low !== low) {
        lastAt = -Infinity;
        continue;
      }
      const x = xAt(at, this.width, pxPerSecond);
      const bottom = base - (low - range.low) * scale;
      const top = base - (ring.highAt(position) - range.low) * scale;
      // A column is a bar, drawn from the end that is nearer to where the line comes from.
      const falls = Math.abs(top - lastY) < Math.abs(bottom - lastY);
      const from = falls ? top : bottom;
      lastY = falls ? bottom : top;
      if (x >= lastX && isJoined(lastAt, at, ring.spanAt(position - 1))) pen.lineTo(x, from);
      else pen.moveTo(x, from);
      if (lastY !== from) pen.lineTo(x, lastY);
      lastAt = at;
      lastX = x;
    }
    pen.stroke();
    this.drawnTo = position;
  }
}
