import { beforeEach, describe, expect, it } from '@jest/globals';
import { Playhead } from './playhead.js';
import { SampleRing } from './sample-ring.js';
import { SweepPainter } from './sweep-painter.js';

const INK = { trace: 'green', bar: 'grey', tick: 'grey', lineWidth: 1 };
const WIDTH = 400;
const PX_PER_SECOND = 100;

/** Notes what is drawn in place of a canvas. */
class Recorder {
  readonly canvas = { width: 0, height: 0, getContext: () => this } as unknown as HTMLCanvasElement;
  calls: [string, ...number[]][] = [];
  setTransform = () => undefined;
  beginPath = () => undefined;
  stroke = () => undefined;
  clearRect = (...at: number[]) => this.calls.push(['clear', ...at]);
  fillRect = (...at: number[]) => this.calls.push(['fill', ...at]);
  moveTo = (...at: number[]) => this.calls.push(['move', ...at]);
  lineTo = (...at: number[]) => this.calls.push(['line', ...at]);
  count = (call: string) => this.calls.filter(([name]) => name === call).length;
}

describe('the painter of a sweep', () => {
  let ring: SampleRing;
  let recorder: Recorder;
  let painter: SweepPainter;
  const push = (at: number, ...values: (number | null)[]) => ring.push(at, { periodMs: 10, values });
  // The playhead runs 600 ms behind.
  const frame = (playAt: number) => {
    recorder.calls = [];
    painter.frame(playAt + 600, 0);
  };

  beforeEach(() => {
    ring = new SampleRing(1024);
    recorder = new Recorder();
    const source = { ring, playhead: new Playhead(), range: { low: 0, high: 1 }, pxPerSecond: PX_PER_SECOND };
    painter = new SweepPainter(recorder.canvas, source, INK);
    painter.dress(WIDTH, 50, 1, INK);
    painter.visible = true;
  });

  it('draws only the samples that came due since the last frame, joined to them', () => {
    push(0, ...Array<number>(100).fill(0.5));
    frame(500);
    frame(520);
    expect([recorder.count('move'), recorder.count('line')]).toEqual([1, 2]);
  });

  it('clears no more than the way of the bar', () => {
    push(0, ...Array<number>(100).fill(0.5));
    frame(500);
    frame(520);
    const [, x, , width] = recorder.calls.find(([name]) => name === 'clear') ?? [];
    expect(x).toBeCloseTo(64);
    expect(width).toBeCloseTo(6);
  });

  it('leaves it blank from the last sample on', () => {
    push(0, 0.5, 0.5);
    frame(100);
    frame(200);
    expect(recorder.count('line')).toBe(0);
    expect(recorder.count('clear')).toBe(1);
  });

  it('draws no line across a hole or a missing block', () => {
    push(0, 0.5, null, 0.5);
    push(200, 0.5, 0.5);
    frame(400);
    expect([recorder.count('move'), recorder.count('line')]).toEqual([3, 1]);
  });

  it('fills in what comes late and is still on the sweep, and leaves out what is not', () => {
    frame(10_000);
    push(1_000, 0.5, 0.5);
    push(9_000, 0.5, 0.5, 0.5);
    frame(10_016);
    expect([recorder.count('move'), recorder.count('line')]).toEqual([1, 2]);
  });

  it('draws everything anew when the page comes back', () => {
    push(0, ...Array<number>(300).fill(0.5));
    frame(500);
    frame(2_500);
    expect(recorder.calls).toContainEqual(['clear', 0, 0, WIDTH, 50]);
  });

  describe('of a wave that comes thinned', () => {
    const take = (at: number, min: (number | null)[], max: (number | null)[]) =>
      ring.take({ series: 'ecg', at, value: { columnMs: 100, min, max }, quality: 'good', n: 1, receivedAt: at }, at);
    const strokes = () => recorder.calls.filter(([name]) => name === 'move' || name === 'line');

    it('draws a column as a bar from its smallest to its largest, and goes on from the nearer end', () => {
      take(0, [0.6, 0, 0.5, 0.9], [0.6, 1, 0.6, 0.9]);
      frame(400);
      // The sheet is 50 high: 48 is 0, 2 is 1.
      const drawn = strokes().map(([name, x, y]) => [name, x, Math.round(10 * y!) / 10]);
      expect(drawn).toEqual([
        ['move', 5, 20.4],
        ['line', 15, 2],
        ['line', 15, 48],
        ['line', 25, 25],
        ['line', 25, 20.4],
        ['line', 35, 6.6],
      ]);
    });

    it('joins the bars of one frame to those of the next, and breaks at what was not measured', () => {
      take(0, [0, 0, null, 0, 0], [1, 1, null, 1, 1]);
      frame(170);
      frame(360);
      expect(strokes().map(([name, x]) => [name, x])).toEqual([
        ['move', 15],
        ['move', 35],
        ['line', 35],
      ]);
      frame(460);
      expect(strokes().map(([name, x]) => [name, x])).toEqual([
        ['move', 35],
        ['line', 45],
        ['line', 45],
      ]);
    });

    it('draws nothing anew when a part is joined to a column that is still to be drawn', () => {
      take(0, [0, 0], [1, 1]);
      frame(100);
      take(150, [-1], [1]);
      frame(160);
      expect(recorder.calls).not.toContainEqual(['clear', 0, 0, WIDTH, 50]);
      expect(ring.revision).toBe(1);
      expect(strokes().at(-1)?.[2]).toBeCloseTo(94);
    });

    it('draws everything anew when a part is joined to a column that has been drawn, and once', () => {
      take(0, [0, 0], [1, 1]);
      frame(160);
      take(150, [-1], [1]);
      frame(170);
      expect(recorder.calls).toContainEqual(['clear', 0, 0, WIDTH, 50]);
      frame(180);
      expect(recorder.calls).not.toContainEqual(['clear', 0, 0, WIDTH, 50]);
    });

    it('draws everything anew when more than one part has come since, for one of them may have been drawn', () => {
      take(0, [0, 0, 0], [1, 1, 1]);
      frame(160);
      take(110, [-1], [1]);
      take(210, [-1], [1]);
      frame(170);
      expect(recorder.calls).toContainEqual(['clear', 0, 0, WIDTH, 50]);
    });

    it('does not bridge a missing block of samples because columns came later', () => {
      push(0, 0.5, 0.5);
      push(80, 0.5);
      take(100, [0.5, 0.5], [0.5, 0.5]);
      frame(300);
      expect(strokes().map(([name, x]) => [name, x])).toEqual([
        ['move', 0],
        ['line', 1],
        ['move', 8],
        ['move', 15],
        ['line', 25],
      ]);
    });
  });

  it('does nothing out of sight', () => {
    painter.visible = false;
    frame(500);
    expect(recorder.calls).toEqual([]);
  });

  it('steps once a second where motion is reduced', () => {
    push(0, ...Array<number>(300).fill(0.5));
    painter.frame(1_700, 1_000);
    recorder.calls = [];
    painter.frame(2_500, 1_000);
    expect(recorder.calls).toEqual([]);
    painter.frame(2_700, 1_000);
    expect(recorder.count('line')).toBeGreaterThan(90);
  });
});
